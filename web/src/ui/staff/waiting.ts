import type { WaitingView } from '../../wire.gen'

/** The id of the heading above those who wait. */
export const waitingTitle = 'waiting-title'

/** The server lets in nobody whose connection is gone, so there is no button that would be refused. */
export function canEnter(person: WaitingView): boolean {
  return person.presence === 'waiting' && person.connected
}
