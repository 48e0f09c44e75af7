import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { onTestFinished } from 'vitest'

const STARTS_WITHIN_MS = 20_000
const ASKED_EVERY_MS = 20

/**
 * Whether a gateway's tests may be left out: its program is missing, and this is no CI, where
 * they fail instead. `.ci/run` installs it, from Debian's packages.
 */
export function isMissing(program: string): boolean {
  const { error } = spawnSync(program, ['-v'], { stdio: 'ignore' })
  if (error === undefined) return false
  const message = `${program} is not installed (apt-get install nginx-light caddy)`
  if (process.env['CI'] === 'true') throw new Error(message)
  process.stderr.write(`${message}: its tests are skipped\n`)
  return true
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
  const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
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
