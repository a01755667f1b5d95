import type { WaitingView } from '../../wire.gen'

/** The id of the heading above those who wait. */
export const waitingTitle = 'waiting-title'

/** The server lets in nobody whose connection is gone, nor an observer unannounced: there is no button that would be refused. */
export function canEnter(person: WaitingView): boolean {
  const welcome = person.role !== 'observer' || person.announced
  return person.presence === 'waiting' && person.connected && welcome
}
