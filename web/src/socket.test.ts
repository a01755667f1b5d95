import { beforeEach, describe, expect, test, vi } from 'vitest'
import { Socket, type SocketHooks, type Ticket } from './socket'
import type { Link, Stage } from './state'
import type { ClientMessage, ServerMessage } from './wire.gen'

/** The server's end of one WebSocket. */
class Line extends EventTarget {
  sent: ClientMessage[] = []
  closedWith: number | null = null
  send(data: string) {
    this.sent.push(JSON.parse(data) as ClientMessage)
  }
  close(code: number) {
    this.closedWith = code
  }
  opens() {
    this.dispatchEvent(new Event('open'))
  }
  says(message: ServerMessage) {
    this.dispatchEvent(new MessageEvent('message', { data: JSON.stringify(message) }))
  }
  ends(code: number) {
    this.dispatchEvent(Object.assign(new Event('close'), { code }))
  }
  welcomes(lastN = 0) {
    this.opens()
    const welcome = { version: 1, participant: 'p', resume: 'again', node: 'n', instance: '', lastN }
    this.says({ welcome })
  }
  get commands() {
    return this.sent.flatMap(({ command }) => (command ? [command] : []))
  }
}

class Bench implements SocketHooks {
  lines: Line[] = []
  links: Link['state'][] = []
  stages: Stage[] = []
  messages: ServerMessage[] = []
  tickets: Ticket[] = []
  asked = 0
  readonly socket = new Socket(this, () => {
    const line = new Line()
    this.lines.push(line)
    return line as unknown as WebSocket
  })

  ticket() {
    this.asked++
    const [ticket = { ticket: `ticket${this.asked}` }] = this.tickets.splice(0, 1)
    return Promise.resolve(ticket)
  }
  welcome() {}
  message(message: ServerMessage) {
    this.messages.push(message)
  }
  link(link: Link) {
    this.links.push(link.state)
  }
  unanswered() {}
  stop(stage: Stage) {
    this.stages.push(stage)
  }
  get line() {
    return this.lines.at(-1)!
  }
  /** Runs until the next WebSocket is dialled and returns how long that took. */
  async redialled(): Promise<number> {
    const [before, from] = [this.lines.length, performance.now()]
    while (this.lines.length === before) await vi.advanceTimersToNextTimerAsync()
    return performance.now() - from
  }
}

async function joined(): Promise<Bench> {
  const bench = new Bench()
  bench.socket.start()
  await vi.advanceTimersByTimeAsync(0)
  bench.line.welcomes()
  return bench
}

beforeEach(() => {
  vi.useFakeTimers()
  vi.spyOn(Math, 'random').mockReturnValue(0)
  return () => vi.useRealTimers()
})

describe('hello', () => {
  test('comes first, with a ticket', async () => {
    const { line } = await joined()
    expect(line.sent[0]!.hello).toMatchObject({ version: 1, ticket: 'ticket1' })
  })

  test('comes with the resume token and the same page after a lost socket', async () => {
    const bench = await joined()
    const first = bench.line.sent[0]!.hello!
    bench.line.ends(1006)
    await bench.redialled()
    bench.line.opens()
    expect(bench.line.sent[0]!.hello).toEqual({ version: 1, page: first.page, resume: 'again' })
  })

  test('needs a new ticket once the resume token is refused', async () => {
    const bench = await joined()
    bench.line.ends(4001)
    await bench.redialled()
    bench.line.opens()
    expect(bench.line.sent[0]!.hello).toMatchObject({ ticket: 'ticket2' })
  })
})

describe('commands', () => {
  test('are numbered and resolve with their own answer', async () => {
    const { socket, line } = await joined()
    const [raise, pass] = [socket.command({ raise: { kind: 'speak' } }), socket.command({ pass: {} })]
    expect(line.commands.map(({ n }) => n)).toEqual([1, 2])
    line.says({ answer: { n: 2, revision: 5, refusal: 'not_now' } })
    line.says({ answer: { n: 1, revision: 5 } })
    expect(await Promise.all([raise, pass])).toEqual(['', 'not_now'])
  })

  test('that were not answered go again, in order, before anything new', async () => {
    const bench = await joined()
    void bench.socket.command({ raise: { kind: 'speak' } })
    void bench.socket.command({ lower: {} })
    bench.line.says({ answer: { n: 1, revision: 5 } })
    bench.line.ends(1006)
    void bench.socket.command({ callHelp: {} })
    await bench.redialled()
    bench.line.welcomes(2)
    expect(bench.line.commands).toEqual([
      { n: 2, command: { lower: {} } },
      { n: 3, command: { callHelp: {} } },
    ])
  })

  test('beyond what the server remembers are refused at once', async () => {
    const { socket } = await joined()
    for (let i = 0; i < 16; i++) void socket.command({ lower: {} })
    expect(await socket.command({ lower: {} })).toBe('unavailable')
  })

  test('that stay unanswered show a half-open socket', async () => {
    const bench = await joined()
    void bench.socket.command({ lower: {} })
    await bench.redialled()
    expect(bench.lines[0]!.closedWith).not.toBeNull()
    bench.line.welcomes(1)
    expect(bench.line.commands).toEqual([{ n: 1, command: { lower: {} } }])
  })

  test('are told that they failed when the visit ends', async () => {
    const bench = await joined()
    const late = bench.socket.command({ lower: {} })
    bench.line.ends(4003)
    expect(await late).toBe('unavailable')
    expect(await bench.socket.command({ lower: {} })).toBe('unavailable')
  })
})

describe('a lost socket', () => {
  test('is opened again after growing delays', async () => {
    const bench = await joined()
    const delays: number[] = []
    for (let i = 0; i < 7; i++) {
      bench.line.ends(1006)
      delays.push(await bench.redialled())
    }
    expect(delays).toEqual([0, 300, 1200, 2700, 4800, 7000, 7000])
  })

  test('that lived long starts again without a delay', async () => {
    const bench = await joined()
    bench.line.ends(1006)
    await bench.redialled()
    bench.line.welcomes()
    await vi.advanceTimersByTimeAsync(8000)
    bench.line.ends(1006)
    expect(await bench.redialled()).toBe(0)
  })

  test('with some chance added, so that a room does not come back at once', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5)
    const bench = await joined()
    bench.line.ends(1006)
    expect(await bench.redialled()).toBe(50)
  })

  test('is heard no more after the network changed', async () => {
    const bench = await joined()
    const old = bench.line
    bench.socket.renew()
    await bench.redialled()
    old.says({ notice: { speaking: [] } })
    old.ends(4002)
    expect(bench.messages).toEqual([])
    expect(bench.stages).toEqual([])
  })

  test('tells its state to the page', async () => {
    const bench = await joined()
    bench.line.ends(1006)
    await bench.redialled()
    bench.line.welcomes()
    expect(bench.links).toEqual(['open', 'lost', 'open'])
  })
})

describe('the end', () => {
  test.each([
    [4002, 'replaced'],
    [4003, 'removed'],
    [4004, 'ended'],
    [4008, 'outdated'],
  ] as const)('close code %i leads to the stage %s and to no new socket', async (code, stage) => {
    const bench = await joined()
    bench.line.ends(code)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(bench.stages).toEqual([stage])
    expect(bench.lines).toHaveLength(1)
  })

  test('comes when there is no ticket to be had', async () => {
    const bench = new Bench()
    bench.tickets = [{ stop: 'badLink' }]
    bench.socket.start()
    await vi.advanceTimersByTimeAsync(0)
    expect(bench.stages).toEqual(['badLink'])
  })

  test('does not come when the server is only out of reach', async () => {
    const bench = new Bench()
    bench.tickets = [null, { ticket: 'second' }]
    bench.socket.start()
    await bench.redialled()
    bench.line.opens()
    expect(bench.line.sent[0]!.hello).toMatchObject({ ticket: 'second' })
  })

  test('a command that the server cannot read is not sent twice', async () => {
    const bench = await joined()
    const bad = bench.socket.command({ lower: {} })
    bench.line.ends(4000)
    expect(await bad).toBe('invalid')
    await bench.redialled()
    bench.line.welcomes()
    expect(bench.line.commands).toEqual([])
    bench.line.ends(4000)
    expect(bench.stages).toEqual(['outdated'])
  })

  test('of a page that goes away is told to the server', async () => {
    const { socket, line } = await joined()
    socket.stop()
    expect(line.closedWith).toBe(1000)
  })
})
