// `npm run openapi`: whether programs can read the document that describes the API. Fetches linters and
// generators of clients, and lets generated clients call the running service.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startService } from '../../testkit/processes/service.ts'
import { goClient, pythonClient, typescriptClient, type Calls } from './clients.ts'

const { values } = parseArgs({
  // A part of the names of what is to be tried; everything unless told.
  options: { only: { type: 'string', default: '' } },
})

const dir = mkdtempSync(join(tmpdir(), 'openapi-'))
const npx = ['--yes', '--prefix', dir]
let failures = 0

function run(name: string, command: string, args: string[], cwd = dir, env: object = {}): boolean {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  })
  // Redocly ends well in spite of warnings.
  const isGood = status === 0 && !/You have \d+ warning/.test(`${stdout}${stderr}`)
  if (!isGood) failures++
  process.stdout.write(`${isGood ? 'good' : 'BAD '}  ${name}\n`)
  if (!isGood)
    process.stdout.write(`${error?.message ?? ''}${stdout ?? ''}${stderr ?? ''}`.slice(-4000))
  return isGood
}

/** Left out, and said so, where the language is not there. */
function has(program: string): boolean {
  const isThere = spawnSync(program, ['version']).error === undefined
  if (!isThere) process.stdout.write(`left out: there is no ${program}\n`)
  return isThere
}

/** Makes what the clients call with: a person's cookie, a key, and a service of the platform. */
async function prepare(url: string, serviceToken: string): Promise<Calls> {
  const signUp = await fetch(`${url}/api/session/sign-up/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({
      name: 'Ada',
      email: 'ada@example.com',
      password: 'correct horse battery',
    }),
  })
  if (!signUp.ok) throw new Error(`sign-up was answered with ${signUp.status}`)
  const cookie = signUp.headers
    .getSetCookie()
    .map((each) => each.split(';')[0])
    .join('; ')
  const session = await fetch(`${url}/api/session/get-session`, { headers: { Cookie: cookie } })
  const { session: at } = (await session.json()) as { session: { activeOrganizationId: string } }
  return { url, serviceToken, cookie, organizationId: at.activeOrganizationId }
}

async function main(): Promise<void> {
  const service = await startService({ ALLOW_SIGN_UP: 'true', LOG_LEVEL: 'warn' })
  try {
    const made = await service.keys(
      'service-token',
      'create',
      '--name',
      'generated',
      '--scopes',
      'keys:verify,keys:manage',
    )
    const calls = await prepare(service.url, made.stdout.trim())
    const document = await (await fetch(`${service.url}/api/openapi.json`)).text()
    writeFileSync(
      join(dir, 'api.json'),
      document.replaceAll(service.url, 'https://keys.zentrix.ai'),
    )
    const wanted = (name: string) => name.includes(values.only)
    if (wanted('redocly'))
      run('Redocly, recommended', 'npx', [
        ...npx,
        '@redocly/cli@latest',
        'lint',
        'api.json',
        '--extends',
        'recommended',
        '--max-problems',
        '20',
      ])
    if (wanted('spectral')) {
      writeFileSync(join(dir, '.spectral.yaml'), 'extends: ["spectral:oas"]\n')
      run('Spectral, recommended', 'npx', [
        ...npx,
        '@stoplight/spectral-cli@latest',
        'lint',
        'api.json',
        '--fail-severity',
        'hint',
      ])
    }
    if (wanted('typescript')) tryTypescript(calls)
    if (wanted('python') && has('python3')) tryPython(calls)
    if (wanted('go') && has('go')) tryGo(calls)
  } finally {
    await service.remove()
    rmSync(dir, { recursive: true, force: true })
  }
  process.exitCode = failures === 0 ? 0 : 1
}

function tryTypescript(calls: Calls): void {
  const at = join(dir, 'ts')
  mkdirSync(at)
  writeFileSync(join(at, 'package.json'), '{"type":"module"}')
  writeFileSync(join(at, 'client.ts'), typescriptClient)
  run(
    'npm packages',
    'npm',
    ['install', '--silent', 'openapi-typescript', 'openapi-fetch', 'typescript@5', '@types/node'],
    at,
  )
  run('openapi-typescript', 'npx', ['openapi-typescript', '../api.json', '-o', 'api.ts'], at)
  run(
    'its client compiles',
    'npx',
    [
      'tsc',
      '--strict',
      '--noEmit',
      '--skipLibCheck',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023,dom',
      '--allowImportingTsExtensions',
      'client.ts',
    ],
    at,
  )
  run('and calls', process.execPath, ['client.ts'], at, { CALLS: JSON.stringify(calls) })
}

function tryPython(calls: Calls): void {
  const at = join(dir, 'py')
  mkdirSync(at)
  writeFileSync(join(at, 'client.py'), pythonClient)
  run('Python packages', 'python3', ['-m', 'venv', 'env'], at)
  const bin = join(at, 'env/bin')
  const env = { PATH: `${bin}:${process.env['PATH']}` }
  run(
    'openapi-python-client is there',
    join(bin, 'pip'),
    ['install', '-q', 'openapi-python-client'],
    at,
  )
  run(
    'openapi-python-client',
    join(bin, 'openapi-python-client'),
    [
      'generate',
      '--path',
      '../api.json',
      '--output-path',
      'api',
      '--meta',
      'none',
      '--fail-on-warning',
    ],
    at,
    env,
  )
  run('its client compiles', join(bin, 'python'), ['-m', 'compileall', '-q', 'api'], at)
  run('and calls', join(bin, 'python'), ['client.py'], at, { CALLS: JSON.stringify(calls) })
}

function tryGo(calls: Calls): void {
  const at = join(dir, 'go')
  mkdirSync(join(at, 'api'), { recursive: true })
  writeFileSync(join(at, 'main.go'), goClient)
  const env = { GOFLAGS: '-mod=mod', CALLS: JSON.stringify(calls) }
  run('Go module', 'go', ['mod', 'init', 'example.com/generated'], at)
  run(
    'oapi-codegen',
    'go',
    [
      'run',
      'github.com/oapi-codegen/oapi-codegen/v2/cmd/oapi-codegen@latest',
      '-generate',
      'types,client',
      '-package',
      'api',
      '-o',
      'api/api.go',
      '../api.json',
    ],
    at,
    env,
  )
  run('its client compiles', 'go', ['vet', './...'], at, env)
  run('and calls', 'go', ['run', '.'], at, env)
}

await main()
