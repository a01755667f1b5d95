/** What src/ui/room/sample.ts needs of vitest, for a browser: here nobody asks what was called. */
export const vi = { fn: <F>(f?: F) => f ?? (() => undefined) }
