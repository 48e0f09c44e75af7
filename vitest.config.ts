import { defineConfig } from 'vitest/config'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18))
  throw new Error(`Node ${process.version} is too old (better-sqlite3 would crash): run "npm test"`)

// `npm run test:quick` starts no process and has no thousands of rows.
const notQuick = [
  'server/test/**',
  'scripts/campaigns/**',
  'server/src/store/{adopt,copy,postgres}/**',
  'server/src/store/{durability,broken-files}.test.ts',
  'server/src/scan/**',
  'server/src/features/audit/list-events.test.ts',
  'server/src/features/keys/reads/many-keys.test.ts',
  'server/src/features/rate-limits/redis-outages.test.ts',
  'server/src/features/verify/lane-fuzz.test.ts',
  'shared/test/client/packed.test.ts',
  'shared/test/credential-headers.test.ts',
]

// These limits end what hangs: where something else keeps the cores busy, all takes long.
const patience = {
  testTimeout: 180_000,
  hookTimeout: 180_000,
  expect: { poll: { timeout: 60_000 } },
}

// These compare times within a run, so that no other test may run beside them.
const measured = [
  'server/test/story/load/long-reads.test.ts',
  'scripts/campaigns/torture/prices.test.ts',
]

const globalSetup = [
  'scripts/testkit/processes/postgres.ts',
  'scripts/testkit/secrets/search-run.ts',
]

export default defineConfig({
  test: {
    // Most of a test is waiting for a database or a browser.
    maxWorkers: process.env['TEST_QUICK'] === 'true' ? 4 : 3,
    projects: [
      {
        test: {
          name: 'server',
          include: ['{server,shared,scripts}/**/*.test.ts'],
          exclude: [
            '**/node_modules/**',
            ...measured,
            ...(process.env['TEST_QUICK'] === 'true' ? notQuick : []),
          ],
          globalSetup,
          // To load the modules for each file takes longer than most files' tests.
          isolate: false,
          ...patience,
        },
      },
      {
        test: {
          name: 'measured',
          include: measured,
          globalSetup,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          ...patience,
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
          isolate: false, // so that files share a browser
          ...patience,
        },
      },
    ],
  },
})
