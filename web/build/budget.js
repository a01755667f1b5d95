/**
 * Fails the build when the client has grown too large to load on a slow line: 70 KiB of JavaScript, gzipped, for a member (the
 * entry, what it imports, the larger language and any chunk that is not staff's), and 90 KiB more for staff, with theirs.
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
const isStaff = (key) => /staff|home/i.test(key)
const isLanguage = (key) => key.includes('/i18n/')
const all = (keys) => new Set(keys.flatMap((key) => [...filesOf(key)]))

const memberKeys = later.filter((key) => !isStaff(key) && !isLanguage(key))
const member = all([...keys.filter((key) => manifest[key].isEntry), ...memberKeys])
const staff = all(later.filter((key) => isStaff(key) && !isLanguage(key)))

/** What is added by the largest of some languages, with what it imports: Dutch that says u is Dutch and more. */
const added = (key, had) => [...filesOf(key)].filter((file) => !had.has(file))
const largest = (languages, had) => Math.max(0, ...languages.map((key) => sum(added(key, had))))
const words = largest(
  later.filter((key) => isLanguage(key) && !isStaff(key)),
  member,
)
const staffWords = largest(
  later.filter((key) => isLanguage(key) && isStaff(key)),
  member,
)

let over = false
for (const [name, bytes] of [
  ['member', sum(member) + words],
  ['staff', sum([...staff].filter((file) => !member.has(file))) + staffWords],
]) {
  const limit = budgetKiB[name]
  over ||= bytes > limit * 1024
  console.log(`${name}: ${(bytes / 1024).toFixed(1)} KiB of JavaScript, gzipped (at most ${limit})`)
}
if (over) {
  console.error('The client is over its size budget.')
  process.exit(1)
}
