import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const STARTS_WITHIN_MS = 120_000
const ASKED_EVERY_MS = 20

/**
 * Where a gateway's program is: what NGINX, CADDY, ENVOY or TRAEFIK says, else by its name on PATH.
 */
export function pathOf(program: string): string {
  return process.env[program.toUpperCase()] || program
}

/**
 * Whether a gateway's tests must be left out, because its program is missing.
 *
 * @throws in CI, for a program of Debian's packages, which `.ci/run` installs
 */
export function isMissing(program: 'nginx' | 'caddy' | 'envoy' | 'traefik'): boolean {
  const { error } = spawnSync(pathOf(program), ['--version'], { stdio: 'ignore' })
  if (error === undefined) return false
  const isPackaged = program === 'nginx' || program === 'caddy'
  const how = isPackaged ? 'apt-get install nginx-light caddy' : 'see server/gateways/README.md'
  const message = `${program} is not installed (${how})`
  if (isPackaged && process.env['CI'] === 'true') throw new Error(message)
  process.stderr.write(`${message}: its tests are skipped\n`)
  return true
}

/**
 * A file we ship, with the changes that it asks its reader to make.
 *
 * @param path within the repository
 */
export function shippedWith(path: string, changes: [from: string, to: string][]): string {
  const shipped = readFileSync(join(import.meta.dirname, '../../..', path), 'utf8')
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`${path} no longer holds ${from}`)
    return text.replaceAll(from, to)
  }, shipped)
}

/** A folder for one gateway's configuration and files, gone when the test has finished. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'gateway-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Runs a gateway until the test has finished, and waits until it listens. */
export async function runGateway(
  program: string,
  args: string[],
  { port, env }: { port: number; env: NodeJS.ProcessEnv },
): Promise<void> {
  const child = spawn(pathOf(program), args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (data: Buffer) => void (output += data.toString()))
  const ended = once(child, 'exit')
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const giveUpAt = Date.now() + STARTS_WITHIN_MS
  while (!(await isListening(port))) {
    if (child.exitCode !== null || Date.now() > giveUpAt)
      throw new Error(`${program} did not start: ${output}`)
    await delay(ASKED_EVERY_MS)
  }
}

async function isListening(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    await once(socket, 'connect')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
