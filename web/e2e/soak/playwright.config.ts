import { defineConfig } from '@playwright/test'

// Minutes of bad network, by "make soak-loss" and never part of the tests: it lasts as long as it is told.
export default defineConfig({
  testDir: '.',
  testMatch: '*.soak.ts',
  outputDir: '../.results',
  workers: 1,
  retries: 0,
  timeout: 0,
  expect: { timeout: 30_000 },
  forbidOnly: true,
  reporter: 'line',
})
