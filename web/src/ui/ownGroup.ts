import { loadStaffWords } from '../i18n/i18n.svelte'

/** What a therapist finds outside the room, with its words: members never load it. */
export async function ownGroup() {
  const [{ default: OwnGroup }] = await Promise.all([import('./staff/OwnGroup.svelte'), loadStaffWords()])
  return OwnGroup
}
