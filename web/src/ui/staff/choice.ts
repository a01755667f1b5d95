/** A list that sends what is chosen from it shows what is so: refused, it shows again what it showed. Returns the refusal's code. */
export async function chosen(
  list: HTMLSelectElement,
  answer: Promise<string>,
  now: () => string | number,
): Promise<string> {
  const code = await answer
  if (code !== '') list.value = String(now())
  return code
}
