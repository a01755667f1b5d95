/** A group of a format, made by a therapist in the staff's home as a practice would make it. */
import { expect } from '@playwright/test'
import type { Person } from './person'
import type { Link, Server } from './server'

/** Who is in the ring besides those at browsers. */
export interface Ring {
  members: string[]
  observers?: string[]
}

/**
 * Makes a group of a format, by the name that it has on the screen, and begins its session. The first of people is its therapist.
 * Returns everyone's links: people's in their order, then the other members', then those of who may observe.
 */
export async function makeGroup(
  server: Server,
  format: string,
  people: Person[],
  { members, observers = [] }: Ring,
): Promise<Link[]> {
  const [staff, ...seated] = people.map((person) => person.face.name) as [string, ...string[]]
  const { page } = people[0]!
  await page.goto(server.staffLink)
  await page.getByLabel('Naam van de groep').fill(format)
  await page.getByLabel('Werkvorm').selectOption({ label: format })
  await page.getByLabel('Naam van therapeut 1').fill(staff)
  const lines = async (label: string, more: string, names: string[]) => {
    for (const [i, name] of names.entries()) {
      const line = page.getByLabel(`Naam van ${label} ${i + 1}`)
      if ((await line.count()) === 0) await page.getByRole('button', { name: more }).click()
      await line.fill(name)
    }
  }
  await lines('deelnemer', 'Deelnemer toevoegen', [...seated, ...members])
  await lines('meekijker', 'Meekijker toevoegen', observers)
  await page.getByRole('button', { name: 'Groep maken' }).click()
  const links: Link[] = []
  for (const name of [staff, ...seated, ...members, ...observers])
    links.push({ name, url: await page.getByRole('textbox', { name: `Link van ${name}`, exact: true }).inputValue() })
  await page.getByRole('button', { name: 'Ik heb de links bewaard' }).click()
  await page.getByRole('button', { name: `Nu beginnen: ${format}` }).click()
  await expect(page.getByText('De bijeenkomst is open', { exact: true })).toBeVisible()
  return links
}
