#!/usr/bin/env node
/**
 * Starts Firefox, with our arguments, for Playwright, whose BiDi sends every browser a command that Firefox ESR 153 does not have
 * yet, and gives up where it is refused. It is answered here with a success; all else passes through, both ways. Delete this file
 * when "emulation.setMediaFeaturesOverride" is in Debian's Firefox.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { WebSocket, WebSocketServer } from 'ws'

const unknown = 'emulation.setMediaFeaturesOverride'

const firefox = spawn(process.env.FIREFOX ?? '/usr/bin/firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
})
process.on('SIGTERM', () => firefox.kill())
firefox.on('exit', (code) => process.exit(code ?? 1))

// Playwright finds the address in such a line: it gets ours instead.
createInterface({ input: firefox.stderr }).on('line', async (line) => {
  const address = /^WebDriver BiDi listening on (ws:\S+)$/.exec(line)?.[1]
  console.error(address ? `WebDriver BiDi listening on ${await relay(address)}` : line)
})

async function relay(address) {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', async (playwright, { url }) => {
    const commands = []
    playwright.on('message', (text) => commands.push(text))
    const bidi = new WebSocket(address + url)
    await once(bidi, 'open')
    const pass = (text) => {
      const { id, method } = JSON.parse(text)
      if (method === unknown) playwright.send(JSON.stringify({ type: 'success', id, result: {} }))
      else bidi.send(String(text))
    }
    commands.forEach(pass)
    playwright.removeAllListeners('message').on('message', pass)
    bidi.on('message', (text) => playwright.send(String(text)))
    playwright.on('close', () => bidi.close())
    bidi.on('close', () => playwright.close())
  })
  await once(server, 'listening')
  return `ws://127.0.0.1:${server.address().port}`
}
