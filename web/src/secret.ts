/**
 * Secrets of links. A link's capability is made in a browser, travels in the fragment only, and is known to the server by its
 * hash. It is read once, kept for this tab, and taken out of the address bar, so that no screenshot or history shows it.
 */

/** 'c' is a person's own link to a group, 's' is the practice's staff link. */
export type SecretKind = 'c' | 's'

const keyOf = (kind: SecretKind) => `kring.${kind}`

/** Returns the secret from the fragment, else the one this tab already has, else ''. */
export function takeSecret(kind: SecretKind): string {
  const found = new URLSearchParams(location.hash.slice(1)).get(kind)
  if (found) {
    sessionStorage.setItem(keyOf(kind), found)
    history.replaceState(null, '', location.pathname + location.search)
  }
  return sessionStorage.getItem(keyOf(kind)) ?? ''
}

/** Forgets a secret that turned out to be wrong. */
export function forgetSecret(kind: SecretKind): void {
  sessionStorage.removeItem(keyOf(kind))
}

/** Another link pasted into this tab changes only the fragment, which loads nothing by itself. */
export function reloadOnNewLink(): void {
  addEventListener('hashchange', () => {
    if (/^#[cs]=/.test(location.hash)) location.reload()
  })
}

/** Random bytes as base64url text without padding. */
export function randomText(bytes: number): string {
  const raw = crypto.getRandomValues(new Uint8Array(bytes))
  return btoa(String.fromCharCode(...raw))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** An id for a group or a person: 16 characters. */
export const newId = () => randomText(12)

/** A new personal link: the URL to hand over, shown once, and the hash that the server keeps. */
export interface NewLink {
  url: string
  hash: string
}

export async function newLink(origin = location.origin): Promise<NewLink> {
  const capability = randomText(32)
  return { url: `${origin}/j#c=${capability}`, hash: await hashOf(capability) }
}

/** The lower-case hex SHA-256 of the capability as text. */
export async function hashOf(capability: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(capability))
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
