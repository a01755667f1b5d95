/**
 * Fails the build when the client has grown too large to load on a slow line: 70 KiB of JavaScript, gzipped, for a member (the
 * entry, what it imports, the larger language and any chunk that is not staff's), and 90 KiB more for staff.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
const budgetKiB = { member: 70, staff: 90 }

const sizeOf = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

/** The files of a chunk and of all that it imports at once. */
function filesOf(key, seen = new Set()) {
  const chunk = manifest[key]
  if (chunk.file.endsWith('.js') && !seen.has(chunk.file)) {
    seen.add(chunk.file)
    for (const imported of chunk.imports ?? []) filesOf(imported, seen)
  }
  return seen
}

const sum = (files) => [...files].reduce((bytes, file) => bytes + sizeOf(file), 0)
const keys = Object.keys(manifest)
const later = keys.filter((key) => manifest[key].isDynamicEntry)
const language = later.filter((key) => key.includes('/i18n/'))
const staff = later.filter((key) => /staff|home/i.test(key))
const rest = later.filter((key) => !language.includes(key) && !staff.includes(key))

const member = new Set([...keys.filter((key) => manifest[key].isEntry), ...rest].flatMap((key) => [...filesOf(key)]))
const words = Math.max(0, ...language.map((key) => sizeOf(manifest[key].file)))
const more = new Set(staff.flatMap((key) => [...filesOf(key)]).filter((file) => !member.has(file)))

let over = false
for (const [name, bytes] of [
  ['member', sum(member) + words],
  ['staff', sum(more)],
]) {
  const limit = budgetKiB[name]
  over ||= bytes > limit * 1024
  console.log(`${name}: ${(bytes / 1024).toFixed(1)} KiB of JavaScript, gzipped (at most ${limit})`)
}
if (over) {
  console.error('The client is over its size budget.')
  process.exit(1)
}
