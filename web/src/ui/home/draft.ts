/** A group as it is being written in the form, and the group that comes out of it. */
import { newPerson, renewLink } from '../../home'
import { newId } from '../../secret'
import type { Words } from '../../i18n/i18n.svelte'
import type { Group, GroupPerson } from '../../wire.gen'

// The server's own limits.
export const maxMembers = 16
export const maxStaff = 8
export const maxName = 80

/** A line of the form; person is whose it already is. */
export interface Line {
  key: string
  name: string
  person?: GroupPerson
}

export interface Draft {
  name: string
  members: Line[]
  staff: Line[]
}

/** A link that was just made: the only time that anyone sees it. */
export interface ShownLink {
  name: string
  url: string
}

export const emptyLine = (): Line => ({ key: newId(), name: '' })

export function draftOf(group: Group | null): Draft {
  const lines = (people: GroupPerson[]) => people.map((person) => ({ key: person.id, name: person.name, person }))
  if (!group) return { name: '', members: [emptyLine(), emptyLine(), emptyLine()], staff: [emptyLine()] }
  return { name: group.name, members: lines(group.seats), staff: lines(group.staff) }
}

const named = (lines: Line[]) => lines.filter(({ name }) => name.trim() !== '')

/** What is still missing, in words, or ''. */
export function complaintAbout(draft: Draft, w: Words['home']): string {
  if (draft.name.trim() === '') return w.needsGroupName
  if (named(draft.members).length === 0) return w.needsMember
  if (named(draft.staff).length === 0) return w.needsStaff
  return ''
}

/** The group to save, with a new link for everyone who is new; empty lines are left out. */
export async function groupFrom(draft: Draft, old: Group | null): Promise<{ group: Group; links: ShownLink[] }> {
  const links: ShownLink[] = []
  const people = (lines: Line[]) =>
    Promise.all(
      named(lines).map(async ({ name, person }) => {
        if (person) return { ...person, name: name.trim() }
        const made = await newPerson(name.trim())
        links.push({ name: made.person.name, url: made.link.url })
        return made.person
      }),
    )
  const staff = await people(draft.staff)
  const seats = await people(draft.members)
  return { group: { id: old?.id ?? newId(), version: old?.version ?? 0, name: draft.name.trim(), seats, staff }, links }
}

/** The group with a new link for one of its people. */
export async function withNewLink(group: Group, person: GroupPerson): Promise<{ group: Group; link: ShownLink }> {
  const renewed = await renewLink(person)
  const put = (people: GroupPerson[]) => people.map((one) => (one.id === person.id ? renewed.person : one))
  return {
    group: { ...group, seats: put(group.seats), staff: put(group.staff) },
    link: { name: person.name, url: renewed.link.url },
  }
}
