/**
 * A ring of ten whose lines all lose packets, each way: two in browsers and eight bots. What was repaired, and what the two in
 * browsers had of it, beside the same without loss. Bots repair with the packet itself, which no count tells from another.
 * SOAK_MINUTES, SOAK_LOSS (per cent), SOAK_BURST (mean packets in a row; 0 is by chance alone).
 */
import { expect, test } from '@playwright/test'
import { writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { watch } from '../bench/watch'
import { Bots } from '../bots'
import { Person } from '../person'
import { reception, type Reception } from '../reception'
import { Relay } from '../relay'
import { repairs, withoutOutcome, type Repairs } from '../repairs'
import { Server } from '../server'

const minutes = Number(process.env['SOAK_MINUTES'] ?? 10)
const share = Number(process.env['SOAK_LOSS'] ?? 2) / 100
const burst = Number(process.env['SOAK_BURST'] ?? 0) || undefined
const others = 9

test('loss', async () => {
  const relay = await Relay.listen()
  const server = await Server.start('bolt', relay)
  const { staff, members } = await server.demo(others)
  const bots = await Bots.join({ staff: [], members: members.slice(1) }, 2, 15)
  const anna = await Person.launch({ name: 'Anna', rgb: [190, 30, 40], toneHz: 1050 })
  const joke = await Person.launch({ name: members[0]!.name, rgb: [40, 150, 50], toneHz: 1150 })
  const people = [anna, joke]
  for (const [person, url] of [
    [anna, staff[0]!],
    [joke, members[0]!.url],
  ] as const) {
    await watch(person.page)
    await person.page.goto(url)
    await person.press('Verder')
    await person.press('Ik ben klaar')
  }
  await anna.press('Iedereen binnenlaten')
  for (const { page } of people) {
    await expect.poll(async () => Object.keys((await reception(page)).frames).length).toBe(others)
  }

  /** What happens in so many minutes from now. */
  const during = async (length: number) => {
    const begin = performance.now()
    const [atBegin, before] = [await repairs(server), await Promise.all(people.map(({ page }) => reception(page)))]
    await anna.page.waitForTimeout(length * 60_000)
    const [atEnd, after] = [await repairs(server), await Promise.all(people.map(({ page }) => reception(page)))]
    const seconds = (performance.now() - begin) / 1000
    return {
      seconds: Math.round(seconds),
      load: loadavg()[0]!,
      repairs: since(atBegin, atEnd),
      browsers: people.map(({ face }, i) => ({ name: face.name, ...had(before[i]!, after[i]!, seconds) })),
    }
  }
  // What a busy machine does to sound and pictures, it does without any loss.
  const withoutLoss = await during(minutes / 5)
  relay.lose({ share, burst })
  const withLoss = await during(minutes)

  const loss = { share, burst: burst ?? null, seed: relay.seed }
  console.log(`without loss, ${inWords(withoutLoss)}\nwith loss, ${inWords(withLoss)}`)
  const file = process.env['SOAK_FIGURES']
  if (file) writeFileSync(file, JSON.stringify({ loss, relay: relay.counted, withoutLoss, withLoss }, null, 2) + '\n')

  await bots.close()
  await Promise.all(people.map((person) => person.close()))
  const left = withoutOutcome(await repairs(server)) // nobody asks any more
  await server.stop()
  relay.close()
  expect(left, 'every NACK was answered, or counted by the cause for which it was not').toBe(0)
})

function since(before: Repairs, after: Repairs): Repairs {
  const minus = (a: Repairs, b: Repairs, key: 'nacked' | 'resent' | 'asked' | 'repaired') => a[key] - b[key]
  const causes = Object.entries(after.unanswered) as [keyof Repairs['unanswered'], number][]
  return {
    nacked: minus(after, before, 'nacked'),
    resent: minus(after, before, 'resent'),
    unanswered: Object.fromEntries(
      causes.map(([cause, n]) => [cause, n - before.unanswered[cause]]),
    ) as Repairs['unanswered'],
    asked: minus(after, before, 'asked'),
    repaired: minus(after, before, 'repaired'),
  }
}

/** Shares of what came, from 0 to 1: of packets of sound lost, of its samples concealed, and of the time of all pictures frozen. */
function had(before: Reception, after: Reception, seconds: number) {
  const sound = (key: keyof Reception['audio']) => after.audio[key] - before.audio[key]
  const picture = (key: keyof Reception['video']) => after.video[key] - before.video[key]
  return {
    connections: after.connections,
    audioLostShare: sound('lost') / (sound('lost') + sound('packets')),
    audioConcealedShare: sound('concealed') / sound('samples'),
    videoLostShare: picture('lost') / (picture('lost') + picture('packets')),
    videoFrozenShare: picture('frozenSeconds') / (seconds * others),
    freezes: picture('freezes'),
    framesPerSecond: picture('frames') / (seconds * others),
    nacks: picture('nacks'),
  }
}

function inWords(report: {
  seconds: number
  load: number
  repairs: Repairs
  browsers: ({ name: string } & ReturnType<typeof had>)[]
}): string {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`
  const { nacked, resent, unanswered, asked, repaired } = report.repairs
  return [
    `${report.seconds} s at a load of ${report.load.toFixed(1)}: asked for again by receivers ${nacked}, sent again ${resent}, not sent again`,
    `${JSON.stringify(unanswered)}; asked of senders ${asked}, repaired by RTX ${repaired}`,
    ...report.browsers.map(
      (b) =>
        `\n${b.name}: sound lost ${percent(b.audioLostShare)}, concealed ${percent(b.audioConcealedShare)};` +
        ` video frozen ${percent(b.videoFrozenShare)} in ${b.freezes} freezes, ${b.framesPerSecond.toFixed(1)} frames/s each`,
    ),
  ].join(' ')
}
