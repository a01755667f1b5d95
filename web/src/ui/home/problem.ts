/** A refused call in words. */
import { CallError } from '../../calls'
import type { Words } from '../../i18n/i18n.svelte'

/** conflict is what 409 means for this call. */
export function problemOf(error: unknown, conflict: 'changed' | 'open', w: Words['home']): string {
  if (!(error instanceof CallError)) throw error
  if (error.status === 0) return w.problems.offline
  return error.status === 409 ? w.problems[conflict] : w.problems.unknown
}
