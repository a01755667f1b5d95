/**
 * Every example in signaling/protocol/testdata, which the server's tests decode, is also a value of the generated types. The
 * compiler is asked itself, so that unions, absent fields and unknown fields are checked as in the client's own code.
 */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'

const here = path.dirname(fileURLToPath(import.meta.url))
const testdata = path.join(here, '../../signaling/protocol/testdata')
const names = readdirSync(testdata).filter((name) => name.endsWith('.json'))

const typeOf = (name: string) => (name.startsWith('client-') ? 'ClientMessage' : 'ServerMessage')
const read = (name: string) => readFileSync(path.join(testdata, name), 'utf8')

/** Compiles `const m: type = json` for each case and returns the first complaint by name, '' where there is none. */
function complaints(cases: { name: string; type: string; json: string }[]): Map<string, string> {
  const file = path.join(here, 'wire.examples.ts')
  const lines = cases.map(({ type, json }, i) => `export const m${i}: ${type} = ${JSON.stringify(JSON.parse(json))}`)
  const source = ["import type { ClientMessage, ServerMessage } from './wire.gen'", ...lines].join('\n')
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  }
  const host = ts.createCompilerHost(options)
  const { getSourceFile, fileExists } = host
  host.fileExists = (name) => name === file || fileExists(name)
  host.getSourceFile = (name, ...rest) =>
    name === file ? ts.createSourceFile(name, source, ts.ScriptTarget.ES2022) : getSourceFile(name, ...rest)
  const found = new Map(cases.map(({ name }) => [name, '']))
  for (const d of ts.getPreEmitDiagnostics(ts.createProgram([file], options, host))) {
    const line = d.file?.getLineAndCharacterOfPosition(d.start ?? 0).line ?? 0
    const name = cases[line - 1]?.name ?? 'the compiler'
    found.set(name, found.get(name) || ts.flattenDiagnosticMessageText(d.messageText, '\n'))
  }
  return found
}

describe('the examples of the protocol', () => {
  test('are values of the generated types', () => {
    expect(names.length).toBeGreaterThan(10)
    const found = complaints(names.map((name) => ({ name, type: typeOf(name), json: read(name) })))
    expect([...found].filter(([, complaint]) => complaint !== '')).toEqual([])
  }, 30_000)

  test.each(names)('%s holds exactly one message and no null', (name) => {
    expect(Object.keys(JSON.parse(read(name)))).toHaveLength(1)
    expect(read(name)).not.toMatch(/\bnull\b/)
  })

  test('what is not of the protocol is seen', () => {
    const wrong = [
      { name: 'unknown message', type: 'ClientMessage', json: '{"unmute":{}}' },
      { name: 'unknown field', type: 'ClientMessage', json: '{"slots":{"rev":1,"extra":2}}' },
      { name: 'missing field', type: 'ServerMessage', json: '{"answer":{"n":1}}' },
      {
        name: 'value outside its union',
        type: 'ClientMessage',
        json: '{"command":{"n":1,"command":{"raise":{"kind":"shout"}}}}',
      },
      { name: 'null for a list', type: 'ServerMessage', json: '{"notice":{"speaking":null}}' },
    ]
    for (const [name, complaint] of complaints(wrong)) {
      expect(complaint, name).not.toBe('')
    }
  }, 30_000)
})
