/** What the staff's home makes of a group, without showing it. */
import { CallError } from '../../calls'
import { newPerson } from '../../home'
import { i18n } from '../../i18n/i18n.svelte'
import { newId, type NewLink } from '../../secret'
import type { Group, GroupPerson } from '../../wire.gen'

export const mostMembers = 16
export const mostStaff = 8
export const mostObservers = 4
export const longestName = 80
export const longestRules = 2000

/** Links as they were just made: they are shown once. */
export interface Links {
  group: string
  people: { id: string; name: string; link: NewLink; staff: boolean }[]
}

/** A line of the form: someone of the group, or someone new. */
export interface Line {
  key: string
  person: GroupPerson | null
  name: string
}

export const lineOf = (person: GroupPerson): Line => ({ key: person.id, person, name: person.name })
export const newLine = (): Line => ({ key: newId(), person: null, name: '' })

/** The group with the form's names; whoever is new has a link of their own. Lines without a name are left out. */
export async function groupOf(
  before: Group | null,
  name: string,
  people: Record<'staff' | 'seats' | 'observers', Line[]> & { format: string; social: boolean; rules: string },
) {
  const made: Links['people'] = []
  const told = async (lines: Line[], staff = false) => {
    const out: GroupPerson[] = []
    for (const line of lines) {
      const lineName = line.name.trim()
      if (!lineName) continue
      if (line.person) {
        out.push({ ...line.person, name: lineName })
        continue
      }
      const { person, link } = await newPerson(lineName)
      out.push(person)
      made.push({ id: person.id, name: lineName, link, staff })
    }
    return out
  }
  const group: Group = {
    id: before?.id ?? newId(),
    version: before?.version ?? 0,
    name: name.trim(),
    staff: await told(people.staff, true),
    seats: await told(people.seats),
    observers: await told(people.observers),
    ...(people.format && { format: people.format }),
    ...(people.social && { social: true }),
    groundRules: { text: people.rules.trim(), version: 0, agreed: [] },
  }
  return { group, made }
}

/** A refused call in words. A conflict is a change by someone else, or where a session is started one that is open. */
export function problemOf(error: unknown, conflict: 'changed' | 'open' = 'changed'): string {
  const { problems } = i18n.staff.home
  if (!(error instanceof CallError)) return problems.unknown
  if (error.code === 'offline') return problems.offline
  if (error.code === 'invalid') return problems.invalid
  return error.status === 409 ? problems[conflict] : problems.unknown
}
