import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { startNode, type Settings } from '../../../scripts/testkit/processes/child.ts'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import { startService, type Service } from '../../../scripts/testkit/processes/service.ts'

/** A service that is gone, with its folder, when the test has finished. */
export async function runService(env: Settings = {}): Promise<Service> {
  const service = await startService(env)
  onTestFinished(() => service.remove())
  return service
}

export function emptyFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'start-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/**
 * Starts the service with settings that it cannot start with: it has to say why in one line on
 * stderr, and exit with 1.
 *
 * @returns that line
 */
export async function refusedStart(env: Settings): Promise<string> {
  const settings = { DATABASE_URL: `file:${emptyFolder()}/keys.db`, PORT: `${await freePort()}` }
  const child = startNode('server/src/boot/main.ts', [], { ...settings, ...env })
  onTestFinished(() => void child.process.kill('SIGKILL'))
  const { code, stdout, stderr } = await child.ended
  expect(stderr).toMatch(/^zentrix-api-keys: [^\n]+\n$/)
  expect(stdout).toBe('')
  expect(code).toBe(1)
  return stderr
}
