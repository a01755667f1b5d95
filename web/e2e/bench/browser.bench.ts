/**
 * What a person with a browser waits for in a ring of eight, the other seven being bots with the camera's frame rate: to join, to
 * be let in, and to be moved to another circle. From the click or the command to a picture that moves on their own screen.
 */
import { expect, test } from '@playwright/test'
import type { ParticipantID } from '../../src/wire.gen'
import { Bots } from '../bots'
import { Person } from '../person'
import { Server } from '../server'
import { clientSize, count, leave, times, type Figure } from './figures'
import { connected, devicesOpen, newPictures, offers, reset, watch } from './watch'

const joins = Number(process.env['BENCH_JOINS'] ?? 20)
const moves = Number(process.env['BENCH_MOVES'] ?? 50)
const cameraFps = 24
const others = 7
const figures: Figure[] = []

let server: Server
let person: Person
test.beforeEach(async () => {
  server = await Server.start('redis')
  person = await Person.launch({ name: 'Anna', rgb: [190, 30, 40], toneHz: 1050 })
  await watch(person.page)
})
test.afterEach(async () => {
  await person.close()
  await server.stop()
})
test.afterAll(() => leave([...figures, clientSize()]))

test('staff join', async () => {
  const links = await server.demo(others)
  const bots = await Bots.join({ staff: [], members: links.members }, 1, cameraFps)
  const [first, all]: [number[], number[]] = [[], []]
  await comeIn(links.staff[0]!)
  await person.press('Ik ben klaar')
  await person.press('Iedereen binnenlaten')
  await newPictures(person.page, others)
  for (let i = 0; i < joins; i++) {
    await goAway()
    await comeIn(links.staff[0]!)
    await person.press('Ik ben klaar')
    const seen = await newPictures(person.page, others)
    first.push(seen.first - seen.clickedAt)
    all.push(seen.last - seen.clickedAt)
  }
  figures.push(times('browser joins, click to first picture', 'p50 400', first))
  figures.push(times('browser joins, click to last picture of seven', '', all))
  await bots.close()
})

test('a member is let in', async () => {
  const { bots, staff, link } = await ring()
  const [first, all]: [number[], number[]] = [[], []]
  for (let i = 0; i < joins; i++) {
    if (i > 0) await goAway()
    const seen = await letIn(bots, staff, link)
    first.push(seen.first)
    all.push(seen.last)
  }
  figures.push(times('browser is let in, command to first picture', '', first))
  figures.push(times('browser is let in, command to last picture of seven', '', all))
  await bots.close()
})

test('circle moves', async () => {
  const { bots, staff, link } = await ring()
  await letIn(bots, staff, link)
  const { page } = person
  const ids = new Map<string, ParticipantID>()
  for (const tile of await page.locator('[data-person]').all()) {
    ids.set((await tile.getAttribute('data-person'))!, (await tile.getAttribute('data-id'))!)
  }
  const members = bots.faces.slice(1).map(({ name }) => ids.get(name)!)
  const self = (await page.locator('.tile.self').getAttribute('data-id'))!
  const circles = [[self, ...members.slice(0, 3)], members.slice(3)]
  expect(await bots.command(staff, { draftCircles: { method: 'hand', circles } })).toBe('')
  expect(await bots.command(staff, { openCircles: { minutes: 0 } })).toBe('')
  await expect(page.locator('[data-person]:not(.self) video')).toHaveCount(3)
  const [first, all]: [number[], number[]] = [[], []]
  for (let i = 0; i < moves; i++) {
    await apart()
    await reset(page)
    const sent = Date.now()
    expect(await bots.command(staff, { assign: { participant: self, circle: 2 - (i % 2) } })).toBe('')
    const seen = await newPictures(page, 3)
    first.push(seen.first - sent)
    all.push(seen.last - sent)
  }
  figures.push(times('browser is moved, command to first new picture', 'p50 100, p95 150', first))
  figures.push(times('browser is moved, command to last new picture of three', '', all))
  figures.push(count('offers of a browser after all moves', 'count', 'max 1', await offers(page)))
  await bots.close()
})

/** A therapist and six members, all bots and let in, and the link of the seventh. */
async function ring(): Promise<{ bots: Bots; staff: string; link: string }> {
  const { staff, members } = await server.demo(others)
  const bots = await Bots.join({ staff, members: members.slice(1) }, 1, cameraFps)
  const therapist = bots.faces[0]!.name
  expect(await bots.command(therapist, { admitAll: {} })).toBe('')
  return { bots, staff: therapist, link: members[0]!.url }
}

/** The browser waits, is let in and sees everyone: when, from the command on. */
async function letIn(bots: Bots, staff: string, link: string): Promise<{ first: number; last: number }> {
  const { page } = person
  await comeIn(link)
  await person.press('Ik ben klaar')
  await expect(page.getByRole('heading', { name: 'Je bent op de goede plek' })).toBeVisible()
  await apart()
  const sent = Date.now()
  expect(await bots.command(staff, { admitAll: {} })).toBe('')
  const seen = await newPictures(page, others)
  return { first: seen.first - sent, last: seen.last - sent }
}

/** Through the landing page into the check, with the devices open and the media connection made, as after some seconds there. */
async function comeIn(link: string): Promise<void> {
  const { page } = person
  await page.goto(link)
  await person.press('Verder')
  await devicesOpen(page)
  await connected(page)
  await apart()
}

async function goAway(): Promise<void> {
  const { page } = person
  await person.press('Weggaan')
  await page.getByRole('dialog').getByRole('button', { name: 'Weggaan' }).click()
  await expect(page.locator('[data-person]')).toHaveCount(0)
  await page.goto('about:blank')
}

/**
 * A while, each time another, as between one and the next thing that people do: a browser gives no two key frames within 300 ms, and
 * frames come at a pace that the measurements must not share.
 */
async function apart(): Promise<void> {
  await person.page.waitForTimeout(600 + 400 * Math.random())
}
