// A throwaway Redis from Debian's package: own folder, own port.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './free-port.ts'

export type Redis = {
  url: string
  /** Ends it as a power cut would: it keeps nothing. */
  crash(): Promise<void>
  /** Starts it again, on the same address. */
  resume(): Promise<void>
  /** From now on it takes connections and answers nothing. */
  freeze(): void
  /** It goes on where it was, with what it was sent meanwhile. */
  thaw(): void
  /** `redis-cli` on it. @returns what it printed */
  cli(...command: string[]): string
  /** Ends it and deletes everything. */
  stop(): Promise<void>
}

/**
 * Whether the tests on Redis may be left out: it is missing, and this is no CI, where they fail
 * instead. `.ci/run` installs it, from Debian's packages.
 */
export function isRedisMissing(): boolean {
  const { error } = spawnSync('redis-server', ['--version'], { stdio: 'ignore' })
  if (error === undefined) return false
  const message = 'redis-server is not installed (apt-get install redis-server)'
  if (process.env['CI'] === 'true') throw new Error(message)
  process.stderr.write(`${message}: its tests are skipped\n`)
  return true
}

/** Starts a server; nothing of it is left after `stop`. */
export async function startRedis(...settings: string[]): Promise<Redis> {
  const dir = mkdtempSync(join(tmpdir(), 'redis-'))
  const port = await freePort()
  const args = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', dir, '--save', '']
  const run = () => runServer([...args, ...settings], dir)
  let server = await run()
  const end = async () => {
    const ended = new Promise((done) => server.once('exit', done))
    if (server.exitCode === null && server.kill('SIGKILL')) await ended
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    crash: end,
    async resume() {
      server = await run()
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    cli(...command) {
      const { stdout } = spawnSync('redis-cli', ['-p', `${port}`, ...command], { encoding: 'utf8' })
      return stdout.trim()
    },
    async stop() {
      await end()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

/** Resolves when it takes connections. */
async function runServer(args: string[], cwd: string): Promise<ChildProcess> {
  const child = spawn('redis-server', args, { cwd, stdio: ['ignore', 'pipe', 'ignore'] })
  const endWithParent = () => void child.kill('SIGKILL')
  process.once('exit', endWithParent)
  child.once('exit', () => process.off('exit', endWithParent))
  await new Promise<void>((ready, failed) => {
    let log = ''
    child.stdout.on('data', (chunk) => {
      log += chunk
      if (log.includes('Ready to accept connections')) ready()
    })
    child.once('error', failed)
    child.once('exit', () => failed(new Error(log)))
  })
  return child
}
