/** What ends or moves a visit: close codes, refused calls and views, as stages. Decisions only. */
import { CallError } from './calls'
import type { Stage } from './state'
import {
  CloseBadMessage,
  CloseEnded,
  CloseRemoved,
  CloseReplaced,
  CloseUnauthorized,
  CloseUnavailable,
  CloseVersion,
  type View,
} from './wire.gen'

/** What to do about a socket that has ended. */
export type AfterClose =
  | { do: 'resume' } // with the resume token, after a delay
  | { do: 'enter' } // the link again, for a new ticket
  | { do: 'stop'; stage: Stage }

/** code is the socket's close code; any that is not ours is a lost connection. */
export function afterClose(code: number): AfterClose {
  switch (code) {
    case CloseBadMessage:
    case CloseUnauthorized:
    case CloseUnavailable:
      return { do: 'enter' }
    case CloseReplaced:
      return { do: 'stop', stage: 'replaced' }
    case CloseRemoved:
      return { do: 'stop', stage: 'removed' }
    case CloseEnded:
      return { do: 'stop', stage: 'ended' }
    case CloseVersion:
      return { do: 'stop', stage: 'outdated' }
    default:
      return { do: 'resume' }
  }
}

/** The stage that a refused enter leads to, or null where trying again may help. */
export function afterRefusedEnter(error: unknown): Stage | null {
  if (!(error instanceof CallError)) throw error
  switch (error.status) {
    case 400:
    case 401:
    case 404:
      return 'badLink'
    case 403:
      return error.code === 'removed' ? 'removed' : null
    case 410:
      return 'ended'
    default:
      return null
  }
}

/** Where a view puts the person. */
export function stageOf(view: View, present: Stage): Stage {
  if (view.phase === 'ended') return 'ended'
  switch (view.you.presence) {
    case 'checking':
    case 'invited':
      return 'check'
    case 'waiting':
      return 'waiting'
    case 'admitted':
      return 'room'
    case 'removed':
      return 'removed'
    case 'left':
      return 'left'
    default:
      return present // a later version's presence
  }
}
