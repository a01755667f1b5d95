/**
 * The staff's home: groups, their seats, their sessions and personal links. The token lives as long as the tab. Links are made
 * here and shown when made: the server keeps hashes only, so a lost link is replaced, never looked up.
 */
import { call, CallError } from './calls'
import { newId, newLink, type NewLink } from './secret'
import type {
  Group,
  GroupPerson,
  Groups,
  GroupSession,
  HomeRequest,
  HomeResponse,
  PlanSession,
  Practice,
} from './wire.gen'

const tokenKey = 'kring.token'

/** The calls of one who is let in. Each rejects with a CallError; status 401 means that openHome must be done again. */
export interface Home {
  groups(): Promise<Groups>
  /** Makes the group (version 0) or changes it. Status 409: someone else changed it meanwhile, read again. */
  save(group: Group): Promise<Group>
  /** Starts a session now (0) or plans one, in Unix milliseconds, its script in this language. Status 409: one is open already. */
  plan(groupId: string, startsAtMs: number, language: string): Promise<GroupSession>
  /** What holds for all groups of the practice. */
  practice(): Promise<Practice>
  savePractice(practice: Practice): Promise<Practice>
}

/** Opens the home with the staff link's capability, or with the token this tab has. Rejects with 401 if neither will do. */
export async function openHome(capability: string): Promise<Home> {
  const kept = sessionStorage.getItem(tokenKey)
  if (kept && (await accepted(kept))) return homeWith(kept)
  const { token } = await call<HomeResponse>('POST', '/api/home', { capability } satisfies HomeRequest)
  sessionStorage.setItem(tokenKey, token)
  return homeWith(token)
}

async function accepted(token: string): Promise<boolean> {
  try {
    await homeWith(token).groups()
    return true
  } catch (error) {
    if (error instanceof CallError && error.status === 401) return false
    throw error
  }
}

function homeWith(token: string): Home {
  return {
    groups: () => call<Groups>('GET', '/api/groups', undefined, token),
    save: (group) => call('PUT', `/api/groups/${group.id}`, withoutSession(group), token),
    practice: () => call('GET', '/api/practice', undefined, token),
    savePractice: (practice) => call('PUT', '/api/practice', practice, token),
    plan: (groupId, startsAtMs, language) =>
      call('POST', `/api/groups/${groupId}/sessions`, { startsAtMs, language } satisfies PlanSession, token),
  }
}

/** The session of a group is read only. */
function withoutSession(group: Group): Group {
  const rest = { ...group }
  delete rest.session
  return rest
}

/** A new person with a link of their own, for a seat or for staff. */
export async function newPerson(name: string): Promise<{ person: GroupPerson; link: NewLink }> {
  const link = await newLink()
  return { person: { id: newId(), name, linkHash: link.hash }, link }
}

/** The person with a new link; once saved, the old one no longer opens anything. */
export async function renewLink(person: GroupPerson): Promise<{ person: GroupPerson; link: NewLink }> {
  const link = await newLink()
  return { person: { ...person, linkHash: link.hash }, link }
}
