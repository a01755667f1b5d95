/** What axe finds on a page. */
import type { Page } from '@playwright/test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const source = readFileSync(join(import.meta.dirname, '../node_modules/axe-core/axe.min.js'), 'utf8')

/** Violations that axe finds on the page as it is, but for what matches one of aside. */
export async function violations(page: Page, aside: string[] = []): Promise<string[]> {
  await page.evaluate(source)
  return page.evaluate(async (exclude) => {
    const { axe } = window as unknown as { axe: typeof import('axe-core') }
    const { violations } = await axe.run({ exclude })
    return violations.map((v) => `${v.id}: ${v.nodes.map((node) => node.html).join(' | ')}`)
  }, aside)
}
