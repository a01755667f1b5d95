/** Calls to the server over HTTP: JSON in, JSON out, a refusal as a CallError. */
import type {
  Attendance,
  CorrectAttendance,
  SessionAttendance,
  Stay,
  Agreed,
  AgreeRequest,
  AuditLog,
  AuditRequest,
  Card,
  CardOfRequest,
  CardRequest,
  EnterRequest,
  EnterResponse,
  LookBack,
  LookBackRequest,
  LookBacks,
  Problem,
} from './wire.gen'

/** A call that was refused; status 0 and code 'offline' is one that found no server. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
  ) {
    super(code)
  }
}

export async function call<Answer>(
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  body?: unknown,
  token = '',
): Promise<Answer> {
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (token) headers['Authorization'] = `Bearer ${token}`
  const init: RequestInit = { method, headers }
  if (body !== undefined) init.body = JSON.stringify(body)
  const response = await fetch(path, init).catch(() => null)
  if (!response) throw new CallError(0, 'offline')
  if (!response.ok) throw new CallError(response.status, await codeOf(response))
  return (await response.json()) as Answer
}

async function codeOf(response: Response): Promise<string> {
  try {
    return ((await response.json()) as Problem).code
  } catch {
    return 'unavailable' // a proxy's page, say
  }
}

/** Exchanges a personal link for a ticket. */
export function enter(capability: string): Promise<EnterResponse> {
  return call('POST', '/api/enter', { capability } satisfies EnterRequest)
}

/** Says that a member agrees to this version of the group's ground rules. */
export function agreeToRules(capability: string, version: number): Promise<Agreed> {
  return call('POST', '/api/groundrules', { capability, version } satisfies AgreeRequest)
}

/** Who was in the sessions of a therapist's group, and when. */
export function readAttendance(capability: string): Promise<Attendance> {
  return call('POST', '/api/attendance', { capability } satisfies EnterRequest)
}

/** Sets when someone was in a session that is over. */
export function correctAttendance(
  capability: string,
  session: string,
  participant: string,
  stays: Stay[],
): Promise<SessionAttendance> {
  return call('PUT', '/api/attendance', { capability, session, participant, stays } satisfies CorrectAttendance)
}

/** Keeps what a member thinks of the session that is over. */
export function sendLookBack(capability: string, lookBack: LookBack): Promise<LookBack> {
  return call('POST', '/api/lookback', { capability, lookBack } satisfies LookBackRequest)
}

/** What the members of a therapist's group thought of their sessions. */
export function readLookBacks(capability: string): Promise<LookBacks> {
  return call('POST', '/api/lookbacks', { capability } satisfies EnterRequest)
}

/** Where a member has said that they are; atMs is 0 if they have not. */
export function readOwnCard(capability: string): Promise<Card> {
  return call('POST', '/api/card', { capability } satisfies EnterRequest)
}

/** Keeps where a member is. An empty card takes it away. */
export function saveOwnCard(capability: string, card: Card): Promise<Card> {
  return call('PUT', '/api/card', { capability, card } satisfies CardRequest)
}

/** Where a member of a therapist's group is. Each call is in the log. */
export function readCard(capability: string, participant: string): Promise<Card> {
  return call('POST', '/api/cards', { capability, participant } satisfies CardOfRequest)
}

/** Who looked at what of a therapist's group, a part of a month ("2026-11"). */
export function readLog(capability: string, month: string, from: number): Promise<AuditLog> {
  return call('POST', '/api/audit', { capability, month, from } satisfies AuditRequest)
}
