/** The room as its therapist has it, for component tests. Not part of the client. */
import { render, screen } from '@testing-library/svelte'
import type { SessionState } from '../../state'
import type { View } from '../../wire.gen'
import Room from '../room/Room.svelte'
import { sampleSession, sampleState, sampleView } from '../room/sample'

/** Shows the room as Ana, who leads it, once her buttons have come. */
export async function lead(change: (view: View) => void = () => undefined) {
  const view = sampleView({ you: 'ana' })
  change(view)
  const shown = sampleState(view)
  const session = sampleSession(shown)
  const { rerender } = render(Room, { session, state: shown })
  await screen.findByRole('heading', { name: 'Wachtkamer' })
  return { session, view, rerender: (next: SessionState) => rerender({ session, state: next }) }
}

export const press = (name: string | RegExp) => screen.getByRole('button', { name }).click()
