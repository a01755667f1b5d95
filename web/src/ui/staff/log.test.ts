import { afterEach, expect, test, vi } from 'vitest'
import type { AuditEntry, AuditLog } from '../../wire.gen'
import { asFile, months, readMonth } from './log'

afterEach(() => vi.unstubAllGlobals())

const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  atMs: Date.UTC(2026, 10, 25, 19, 30),
  event: 'card_read',
  user: 'ana',
  role: 'therapist',
  subject: 'ben',
  outcome: 'done',
  ...change,
})

test('a month is read to its end, and is intact only as a whole', async () => {
  const parts: Record<number, AuditLog> = {
    0: { entries: [entry()], people: [{ id: 'ana', name: 'Ana' }], next: 501, intact: true },
    501: { entries: [entry({ user: 'eva' })], people: [], next: 1001, intact: false },
    1001: { entries: [entry({ user: 'ada' })], people: [], next: 0, intact: true },
  }
  vi.stubGlobal('fetch', (_: string, { body }: { body: string }) =>
    Promise.resolve(new Response(JSON.stringify(parts[(JSON.parse(body) as { from: number }).from]))),
  )
  const log = await readMonth('capability', '2026-11')
  expect(log.entries.map(({ user }) => user)).toEqual(['ana', 'eva', 'ada'])
  expect(log.intact).toBe(false)
})

test('months go back over the turn of a year', () => {
  expect(months(Date.UTC(2026, 1, 28), 4)).toEqual(['2026-02', '2026-01', '2025-12', '2025-11'])
})

test('a file has a line for each entry, and nothing that a spreadsheet would run', () => {
  expect(asFile([entry(), entry({ user: '-x"', subject: '' })])).toBe(
    '"time";"event";"user";"role";"subject";"outcome"\r\n' +
      '"2026-11-25T19:30:00.000Z";"card_read";"ana";"therapist";"ben";"done"\r\n' +
      '"2026-11-25T19:30:00.000Z";"card_read";"\'-x""";"therapist";"";"done"\r\n',
  )
})
