import { cleanup, fireEvent, render, screen, within } from '@testing-library/svelte'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { correctAttendance, readAttendance } from '../../calls'
import { i18n, loadLanguage, loadStaffWords } from '../../i18n/i18n.svelte'
import type { SessionAttendance } from '../../wire.gen'
import { asFile, stayOf } from './attendance'
import Attendance from './Attendance.svelte'

vi.mock('../../calls')
beforeAll(async () => {
  await loadLanguage('nl')
  await loadStaffWords()
})
afterEach(cleanup)

const at = (hours: number, minutes: number, day = 26) => new Date(2026, 10, day, hours, minutes).getTime()

const session: SessionAttendance = {
  session: 's1',
  startsAtMs: at(19, 30),
  over: true,
  people: [
    { participant: 'ben', name: '=Ben', role: 'member', stays: [{ inAtMs: at(19, 28), outAtMs: at(21, 2) }] },
    { participant: 'cleo', name: 'Cleo', role: 'member', stays: [] },
  ],
}

test('attendance is read when asked for, and corrected with a name', async () => {
  vi.mocked(readAttendance).mockResolvedValue({ sessions: [session] })
  const corrected = { by: 'ana', name: 'Ana', atMs: at(22, 0) }
  const stays = [{ inAtMs: at(19, 40), outAtMs: at(21, 0) }]
  vi.mocked(correctAttendance).mockResolvedValue({
    ...session,
    people: [session.people[0]!, { ...session.people[1]!, stays, corrected }],
  })
  render(Attendance)
  expect(readAttendance).not.toHaveBeenCalled()
  screen.getByRole('button', { name: 'Aanwezigheid openen' }).click()
  const row = async (name: string) => within((await screen.findByRole('rowheader', { name })).closest('tr')!)
  ;(await row('=Ben')).getByText('19:28 – 21:02')
  const cleo = await row('Cleo')
  cleo.getByText('was er niet')
  cleo.getByRole('button').click()
  await fireEvent.input(screen.getByLabelText('Binnen om'), { target: { value: '19:40' } })
  screen.getByRole('button', { name: 'Opslaan' }).click()
  await screen.findByText('Vul beide tijden in, of geen.')
  expect(correctAttendance).not.toHaveBeenCalled()
  await fireEvent.input(screen.getByLabelText('Weg om'), { target: { value: '21:00' } })
  screen.getByRole('button', { name: 'Opslaan' }).click()
  await screen.findByText('verbeterd door Ana')
  expect(correctAttendance).toHaveBeenCalledWith('', 's1', 'cleo', stays)
})

test('times lie around the session, also over midnight', () => {
  expect(stayOf(at(19, 30), '19:28', '21:02')).toEqual({ inAtMs: at(19, 28), outAtMs: at(21, 2) })
  expect(stayOf(at(23, 30), '23:20', '00:45')).toEqual({ inAtMs: at(23, 20), outAtMs: at(0, 45, 27) })
  expect(stayOf(at(23, 30), '00:05', '00:45')).toEqual({ inAtMs: at(0, 5, 27), outAtMs: at(0, 45, 27) })
  expect(stayOf(at(0, 15), '23:50', '01:00')).toEqual({ inAtMs: at(23, 50, 25), outAtMs: at(1, 0) })
})

test('the file says who was there and who was not, and a name is no formula', () => {
  const ben = { ...session.people[0]!, name: 'Ben; =1+1' }
  expect(asFile([{ ...session, people: [ben] }], i18n.staff.home.attendance)).toContain(`"Ben;' =1+1"`)
  expect(asFile([session], i18n.staff.home.attendance).split('\r\n')).toEqual([
    '"Bijeenkomst";"Naam";"Rol";"Binnen";"Weg";"Verbeterd door"',
    `"2026-11-26 19:30";"'=Ben";"member";"2026-11-26 19:28";"2026-11-26 21:02";""`,
    '"2026-11-26 19:30";"Cleo";"member";"";"";""',
    '',
  ])
})
