// The package as another team gets it: installed from its file, outside this workspace.
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { root, start } from '../../../scripts/testkit/processes/child.ts'
import type { VerifierStats } from '../../client/verifier.ts'
import { bearer } from './frameworks.ts'
import { serviceWithClient } from './kit.ts'

/** As its README says. */
const MAX_TARBALL_BYTES = 50_000
const MAX_INSTALLED_BYTES = 150_000

const outside = mkdtempSync(join(tmpdir(), 'outside-'))
const installed = join(outside, 'node_modules/@zentrix/api-keys')
afterAll(() => rmSync(outside, { recursive: true }))

/** Of this workspace, so that nothing is fetched. The package itself is really installed. */
const linked = ['express', 'fastify', 'hono', '@hono/node-server', '@types/express', '@types/node']

// npm has no Node 20 for every platform.
const nodes = {
  '20': join(root, 'scripts/node_modules/.bin/node'),
  '24': process.execPath,
}
const compilers = {
  'TypeScript 5': join(root, 'scripts/node_modules/typescript/bin/tsc'),
  'TypeScript 7': join(root, 'node_modules/typescript/bin/tsc'),
}

let tarball: string

beforeAll(async () => {
  const packed = await run('npm', ['run', 'pack:client'], root)
  tarball = packed.trimEnd().split('\n').at(-1)!
  cpSync(join(import.meta.dirname, 'outside'), outside, { recursive: true })
  writeFileSync(join(outside, 'package.json'), '{"private": true, "type": "module"}')
  const quiet = ['--offline', '--no-audit', '--no-fund', '--no-update-notifier']
  await run('npm', ['install', ...quiet, tarball], outside)
  for (const name of linked) {
    const link = join(outside, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
})

async function run(command: string, args: string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await start(command, args, {}, cwd).ended
  expect(code, `${command} ${args.join(' ')}: ${stdout}${stderr}`).toBe(0)
  return stdout
}

test('it is small and brings nothing along', () => {
  const { dependencies, optionalDependencies, peerDependenciesMeta } = JSON.parse(
    readFileSync(join(installed, 'package.json'), 'utf8'),
  ) as Record<string, Record<string, { optional: boolean }> | undefined>
  expect([dependencies, optionalDependencies]).toEqual([undefined, undefined])
  expect(Object.values(peerDependenciesMeta!).every(({ optional }) => optional)).toBe(true)
  const files = globSync('dist/**/*.*', { cwd: installed })
  const bytes = files.reduce((sum, file) => sum + statSync(join(installed, file)).size, 0)
  expect(bytes).toBeLessThan(MAX_INSTALLED_BYTES)
  expect(statSync(tarball).size).toBeLessThan(MAX_TARBALL_BYTES)
  const text = files.map((file) => readFileSync(join(installed, file), 'utf8')).join('\n')
  expect(text).not.toMatch(/from ['"]zod|require\(['"]zod|\/(work|home|root)\/|workspace:/)
})

describe.each(Object.entries(nodes))('on Node %s', (version, node) => {
  test.skipIf(!existsSync(node)).each(['app.mjs', 'app.cjs'])(
    '%s guards a route in each framework',
    async (script) => {
      const { api, owner, serviceToken } = await serviceWithClient()
      const settings = { KEYS_URL: api.address, KEYS_TOKEN: serviceToken }
      const app = start(node, [script], settings, outside)
      onTestFinished(async () => {
        app.process.kill('SIGTERM')
        await app.ended
      })
      const lines = createInterface(app.process.stdout)
      const first = await Promise.race([lines[Symbol.asyncIterator]().next(), app.ended])
      if (!('value' in first)) throw new Error(first.stderr)
      const { node: running, addresses, ...more } = JSON.parse(first.value as string) as Printed
      expect(running).toMatch(`v${version}.`)
      if (script === 'app.mjs')
        expect(more).toEqual({ sharesClasses: true, sharesWithRequire: true })

      const other = await api.issueKey(owner, { scopes: ['b'] })
      for (const address of Object.values(addresses))
        for (const path of ['/asking', '/leased']) {
          const { id, key } = await api.issueKey(owner, {
            scopes: ['a'],
            rateLimitPerMinute: 10_000,
          })
          const ask = (headers: Record<string, string>) => fetch(address + path, { headers })
          for (let left = 3; left > 0; left--) {
            const good = await ask(bearer(key))
            expect(good.status).toBe(200)
            const { organizationId } = owner
            expect(await good.json()).toMatchObject({ keyId: id, organizationId })
          }
          const refused = await Promise.all([ask(bearer(other.key)), ask({})])
          expect(refused.map(({ status }) => status)).toEqual([403, 401])
          await owner.agent.delete(`/api/keys/${id}`).expect(204)
          expect((await ask(bearer(key))).status).toBe(401)
        }
      const stats = await (await fetch(`${addresses.fastify}/stats`)).json()
      expect((stats as VerifierStats).fromLease).toBeGreaterThan(0)
    },
  )
})

type Printed = {
  node: string
  addresses: Record<'fastify' | 'express' | 'hono', string>
}

/** The snippets of its README, each a module of its own, and what they leave to the reader. */
function writeSnippets(): string[] {
  const readme = readFileSync(join(installed, 'README.md'), 'utf8')
  const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code)
  expect(snippets.length).toBeGreaterThan(3)
  return snippets.map((code, index) => {
    const name = `readme-${index}.ts`
    writeFileSync(join(outside, name), `export {}\n${code}`)
    return name
  })
}

describe.each(Object.entries(compilers))('%s takes its types and its README', (name, compiler) => {
  const strict = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--target', 'es2022']
  test.each([
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    // Since TypeScript 7 CommonJS has no resolution of its own any more.
    ['commonjs', name === 'TypeScript 5' ? 'node10' : 'bundler'],
  ])('as %s modules found by %s', async (module, moduleResolution) => {
    const modules = ['--module', module, '--moduleResolution', moduleResolution]
    const files = ['types.ts', ...writeSnippets()]
    // To check the declarations of three frameworks takes long, and once is enough.
    const isThorough = name === 'TypeScript 7' && module === 'nodenext'
    const depth = isThorough ? [] : ['--skipLibCheck']
    const rest = ['--esModuleInterop', '--types', 'node', ...depth]
    const args = [compiler, ...strict, ...modules, ...rest, ...files]
    expect(await run(process.execPath, args, outside)).toBe('')
  })

  test('where there are no types of Node or the DOM', async () => {
    const modules = ['--module', 'nodenext', '--lib', 'es2022', '--typeRoots', 'none']
    const args = [compiler, ...strict, ...modules, 'bare.ts']
    expect(await run(process.execPath, args, outside)).toBe('')
  })
})
