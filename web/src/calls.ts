/** Calls to the server over HTTP: JSON in, JSON out, a refusal as a CallError. */
import type { EnterRequest, EnterResponse, LookBack, LookBackRequest, LookBacks, Problem } from './wire.gen'

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

/** Keeps what a member thinks of the session that is over. */
export function sendLookBack(capability: string, lookBack: LookBack): Promise<LookBack> {
  return call('POST', '/api/lookback', { capability, lookBack } satisfies LookBackRequest)
}

/** What the members of a therapist's group thought of their sessions. */
export function readLookBacks(capability: string): Promise<LookBacks> {
  return call('POST', '/api/lookbacks', { capability } satisfies EnterRequest)
}
