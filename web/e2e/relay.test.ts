// @vitest-environment node
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { fate, seeded } from './loss'
import { Relay } from './relay'

test('a line loses the share that it is told, one by one and in bursts', () => {
  for (const [share, burst] of [
    [0.02, undefined],
    [0.05, undefined],
    [0.1, 5],
  ] as const) {
    const seed = 7
    const lost = fate({ share, burst }, seeded(seed))
    const fates = Array.from({ length: 200_000 }, lost)
    const number = fates.filter(Boolean).length
    const bursts = fates.filter((now, i) => now && !fates[i - 1]).length
    expect(number / fates.length, `share ${share}, seed ${seed}`).toBeCloseTo(share, 2)
    expect(number / bursts, `burst ${burst}, seed ${seed}`).toBeCloseTo(burst ?? 1 / (1 - share), 0)
  }
})

let relay: Relay
let server: Socket
let browser: Socket
beforeEach(async () => {
  relay = await Relay.listen()
  server = await bound(relay.port)
  browser = await bound(0)
  // It answers whoever asks with the port that it sees.
  server.on('message', (_, from) => server.send(String(from.port), from.port, from.address))
})
afterEach(() => {
  for (const socket of [server, browser]) socket.close()
  relay.close()
})

test('a browser has an address of its own at the server, and another after a rebinding', async () => {
  const first = await asks(browser)
  expect(await asks(browser)).toBe(first)
  relay.rebind()
  expect(await asks(browser)).not.toBe(first)
})

test('who is spared is left alone', async () => {
  const first = await asks(browser)
  relay.spare()
  relay.rebind()
  relay.cut()
  expect(await asks(browser)).toBe(first)
})

test('what is cut is lost and counted, until it is restored', async () => {
  await asks(browser)
  relay.cut()
  browser.send('?', relay.port, relay.host)
  await expect.poll(() => relay.counted).toEqual({ up: { passed: 1, lost: 1 }, down: { passed: 1, lost: 0 } })
  relay.restore()
  await asks(browser)
})

test('a delay is each way', async () => {
  relay.delay(30)
  const begin = performance.now()
  await asks(browser)
  expect(performance.now() - begin).toBeGreaterThan(58) // A timer may come a millisecond early.
})

async function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4').bind(port, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

/** Sends by the relay, and returns what comes back. */
async function asks(socket: Socket): Promise<string> {
  socket.send('?', relay.port, relay.host)
  const [answer] = (await once(socket, 'message')) as [Buffer]
  return answer.toString()
}
