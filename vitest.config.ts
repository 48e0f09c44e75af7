import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18))
  throw new Error(`Node ${process.version} is too old (better-sqlite3 would crash): run "npm test"`)

// `npm run test:quick` starts no service, has no thousands of rows, and proves no patterns.
const notQuick = [
  'server/test/**',
  'scripts/campaigns/**',
  'scripts/check/linear-patterns/**',
  'server/src/store/{adopt,copy,postgres}/**',
  'server/src/store/{durability,broken-files}.test.ts',
  'server/src/lib/tracing/start-tracing.test.ts',
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

// Collecting garbage takes a tenth of the server tests' CPU with the new space that V8 makes by itself.
const execArgv = ['--max-semi-space-size=32']

// These compare times within a run, so that no other test may run beside them.
const measured = [
  'server/test/story/load/long-reads.test.ts',
  'server/test/story/load/revoke-many.test.ts',
  'server/src/features/usage/many-uses.test.ts',
  'scripts/campaigns/torture/prices.test.ts',
]

// These take longest, most of it waiting for processes that they start: they begin first, so that
// other files run meanwhile, and no worker is left alone with one of them at the end.
const longest = [
  'scripts/campaigns/torture/torture.test.ts',
  'scripts/campaigns/',
  'server/test/story/load/',
  'server/src/access/access.test.ts',
  'scripts/check/',
  'server/test/',
  'web/e2e/two-in-the-morning/every-',
]
// A worker begins anew with each project, so that none is come back to.
const projectNames = ['server', 'e2e', 'web', 'measured']

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) => {
      const at = longest.findIndex((path) => moduleId.includes(path))
      return projectNames.indexOf(project.name) * 100 + (at === -1 ? longest.length : at)
    }
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b))
  }
}

const globalSetup = [
  'scripts/testkit/processes/postgres.ts',
  'scripts/testkit/secrets/search-run.ts',
]

export default defineConfig({
  test: {
    // Most of a test is waiting for a database or a browser.
    maxWorkers: process.env['TEST_QUICK'] === 'true' ? 4 : 3,
    sequence: { sequencer: LongestFirst },
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
          execArgv,
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
          execArgv,
          isolate: false, // a worker of its own takes longer than any of these files
          env: { TZ: 'America/New_York' }, // a zone whose clocks change
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['web/e2e/**/*.test.ts'],
          globalSetup: ['web/e2e/testkit/global-setup.ts'],
          execArgv,
          isolate: false, // so that files share a browser
          ...patience,
        },
      },
    ],
  },
})
