import { defineConfig } from 'vitest/config'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18))
  throw new Error(`Node ${process.version} is too old (better-sqlite3 would crash): run "npm test"`)

export default defineConfig({
  test: {
    // Most of a test is waiting for a database or a browser.
    maxWorkers: 3,
    projects: [
      {
        test: {
          name: 'server',
          include: ['{server,shared,scripts}/**/*.test.ts'],
          globalSetup: [
            'scripts/testkit/processes/postgres.ts',
            'scripts/testkit/secrets/search-run.ts',
          ],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'web',
          include: ['web/src/**/*.test.ts'],
          env: { TZ: 'America/New_York' }, // a zone whose clocks change
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['web/e2e/**/*.test.ts'],
          globalSetup: ['web/e2e/testkit/build.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One second, the default, is short for a page on a busy machine.
          expect: { poll: { timeout: 10_000 } },
        },
      },
    ],
  },
})
