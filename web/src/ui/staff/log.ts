/** The log of who looked at what, read as a whole and written as a file. */
import { readLog } from '../../calls'
import type { AuditEntry, AuditLog } from '../../wire.gen'

/** All parts of a month. */
export async function readMonth(capability: string, month: string): Promise<AuditLog> {
  const all = await readLog(capability, month, 0)
  for (let next = all.next; next > 0;) {
    const more = await readLog(capability, month, next)
    all.entries.push(...more.entries)
    all.intact &&= more.intact
    next = more.next
  }
  return all
}

/** The months that can be asked for, the newest first: "2026-11". The log's months are those of UTC. */
export function months(nowMs: number, count: number): string[] {
  const now = new Date(nowMs)
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - i, 1)).toISOString().slice(0, 7),
  )
}

/** A table with the ids as they are: names change. */
export function asFile(entries: AuditEntry[]): string {
  const rows = entries.map(({ atMs, event, user, role, subject, outcome }) => [
    new Date(atMs).toISOString(),
    event,
    user,
    role,
    subject,
    outcome,
  ])
  const head = ['time', 'event', 'user', 'role', 'subject', 'outcome']
  return table([head, ...rows])
}

/**
 * Rows as in RFC 4180, but with semicolons: a spreadsheet that is set to Dutch puts a line with commas in one column. One format
 * for all languages, for which separator is taken goes by the computer's setting, not by the language that Kring is read in.
 */
export const table = (rows: string[][]) => rows.map((row) => row.map(cell).join(';')).join('\r\n') + '\r\n'

/** Lets the browser save a text as a file. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }))
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}

/**
 * A spreadsheet takes what begins like a formula for one, also after what it may take for a separator in spite of quotes; an id
 * may begin with "-", and a name with anything.
 */
const cell = (text: string) => `"${text.replace(/(^|[;,\t])(?=\s*[-+=@])/g, "$1'").replaceAll('"', '""')}"`
