import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')
const inputs = [
  'pnpm-lock.yaml',
  'tsconfig.base.json',
  'web/*.*',
  'web/src/**/*.*',
  'web/public/**/*.*',
  'shared/src/**/*.*',
]

function fingerprint(): string {
  const hash = createHash('sha256')
  for (const file of globSync(inputs, { cwd: root, exclude: ['**/*.test.ts'] }).sort())
    hash.update(`\0${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Builds web/dist, unless nothing that it is made from has changed since. */
export function buildWeb(): void {
  const stamp = join(root, 'web/node_modules/.built')
  const wanted = fingerprint()
  const isBuilt =
    existsSync(join(root, 'web/dist/index.html')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === wanted
  if (isBuilt) return
  process.stderr.write('Building the portal …\n')
  const vite = join(root, 'web/node_modules/vite/bin/vite.js')
  const done = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: join(root, 'web'),
    // Under vitest NODE_ENV is "test", which would build React's slow and large development version.
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 2, 2],
  })
  if (done.status !== 0) throw new Error('the portal could not be built')
  writeFileSync(stamp, wanted)
}
