import { defineConfig } from '@playwright/test'

// One story at a time: each has three browsers of its own and measures what they see and hear.
export default defineConfig({
  testDir: 'e2e',
  testMatch: process.env['SHOTS'] ? '*.shots.ts' : '*.story.ts',
  outputDir: 'e2e/.results',
  workers: 1,
  retries: 0,
  timeout: 600_000, // of a whole story, for one that hangs: what a person waits for has its own bound, below
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: 'list',
})
