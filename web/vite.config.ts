import { svelte } from '@sveltejs/vite-plugin-svelte'
import { svelteTesting } from '@testing-library/svelte/vite'
import { defineConfig } from 'vitest/config'

// Nothing may be inlined: the server's Content-Security-Policy takes scripts, styles and fonts from files of its own only.
// public/.keep is copied into dist, which is committed with nothing but that file, so that Go can embed it before a build.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    manifest: true,
    target: 'es2022',
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.ts', 'build/**/*.test.ts', 'e2e/*.test.ts'],
    restoreMocks: true,
    setupFiles: ['src/test-setup.ts'],
    testTimeout: 60_000,
  },
})
