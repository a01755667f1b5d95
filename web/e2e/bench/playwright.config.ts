import { defineConfig } from '@playwright/test'

// Figures, by "make bench" and never part of the tests: nothing here fails for a time.
export default defineConfig({
  testDir: '.',
  testMatch: '*.bench.ts',
  outputDir: '../.results',
  workers: 1,
  retries: 0,
  timeout: 600_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: 'line',
})
