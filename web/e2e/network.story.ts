/** A member's own line is bad, and everyone else's is good: what the member and the others see and hear of each other. */
import { expect, test } from '@playwright/test'
import { offers, watch } from './bench/watch'
import { Bots } from './bots'
import { Person } from './person'
import { reception } from './reception'
import { Relay } from './relay'
import { repairs, withoutOutcome } from './repairs'
import { perceives } from './senses'
import { Server, until } from './server'

let relay: Relay
let server: Server
let bots: Bots
let joke: Person

/** A therapist and two members with a good line, and Joke, whose line is the relay's to spoil. */
test.beforeEach(async () => {
  relay = await Relay.listen()
  server = await Server.start('bolt', relay)
  const { staff, members } = await server.demo(3)
  const [{ name, url }, ...rest] = members as [(typeof members)[0], ...typeof members]
  bots = await Bots.join({ staff, members: rest }, 1)
  await letIn()
  for (const bot of names()) await bothWays(bot, names())
  relay.spare()
  joke = await Person.launch({ name, rgb: [190, 30, 40], toneHz: 1050 })
  await watch(joke.page)
  await joke.page.goto(url)
  await joke.press('Verder')
  await joke.endCheck()
  await expect(joke.page.getByRole('heading', { name: 'Je bent op de goede plek' })).toBeVisible()
  await letIn()
})
test.afterEach(async () => {
  const info = test.info()
  if (info.status !== info.expectedStatus) console.log(server.logged())
  await joke.close()
  await bots.close()
  await server.stop()
  relay.close()
})

test('a bad line', async () => {
  const { page } = joke
  await test.step('a good line: all see and hear each other', together)
  const seats = await order()

  await test.step('another address, as after a NAT has forgotten: media goes on, and nothing is negotiated', async () => {
    relay.rebind()
    await together()
    expect((await reception(page)).connections).toBe(1)
    expect(await offers(page)).toBe(1)
  })

  await test.step('no line for seconds: the same connection is restarted, and media is back', async () => {
    relay.cut()
    await expect.poll(() => offers(page), { timeout: 30_000 }).toBeGreaterThan(1)
    relay.restore()
    await together()
    expect((await reception(page)).connections).toBe(1)
  })

  await test.step('no line for longer: restarts are in vain, a new connection is made, and the seat is the same', async () => {
    relay.cut()
    await expect.poll(async () => (await reception(page)).connections, { timeout: 60_000 }).toBe(2)
    relay.restore()
    await together()
    expect((await reception(page)).connections).toBe(2)
    expect(await order()).toEqual(seats)
  })

  await test.step('one packet in twenty is lost each way: pictures and sound go on, and what is asked for again is sent', async () => {
    relay.lose({ share: 0.05 })
    const before = await repairs(server)
    await picturesMoveOn(75)
    await together()
    const after = await repairs(server)
    expect(after.resent, 'sent again to receivers').toBeGreaterThan(before.resent)
    expect(after.repaired, 'sent again by senders').toBeGreaterThan(before.repaired)
    expect(after.unanswered.too_old).toBe(before.unanswered.too_old)
    await expect.poll(async () => withoutOutcome(await repairs(server))).toBe(0)
  })
})

const names = () => bots.faces.map((face) => face.name)

async function letIn(): Promise<void> {
  expect(await bots.command(names()[0]!, { admitAll: {} })).toBe('')
}

/** Media flows over the line now, and not only what was on its way: Joke and the others see and hear each other. */
async function together(): Promise<void> {
  const { passed } = relay.counted.down
  // Far more datagrams than connectivity checks: only media brings so many.
  await until(async () => relay.counted.down.passed > passed + 300)
  await picturesMoveOn(5)
  await perceives(joke, names(), [joke.face, ...bots.faces])
  for (const bot of names()) await bothWays(bot, [...names(), joke.face.name])
}

/** Waits until a bot sees and hears all others of these. */
async function bothWays(bot: string, all: string[]): Promise<void> {
  const others = all.filter((name) => name !== bot).sort()
  await expect
    .poll(async () => {
      const { heard, seen } = await bots.senses(bot)
      return { heard: heard.sort(), seen: seen.sort() }
    })
    .toEqual({ heard: others, seen: others })
}

/** Waits until Joke's browser has decoded so many more frames of each of the others. */
async function picturesMoveOn(frames: number): Promise<void> {
  const before = (await reception(joke.page)).frames
  await expect
    .poll(
      async () => {
        const now = (await reception(joke.page)).frames
        return Object.keys(now).filter((slot) => now[slot]! >= (before[slot] ?? 0) + frames).length
      },
      { timeout: 60_000 },
    )
    .toBe(names().length)
}

async function order(): Promise<(string | null)[]> {
  const tiles = await joke.page.locator('[data-person]').all()
  return Promise.all(tiles.map((tile) => tile.getAttribute('data-person')))
}
