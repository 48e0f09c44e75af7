// Two nodes on one PostgreSQL behind Caddy, as server/deploy/Caddyfile sets it up.
import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { SERVICE_TOKEN } from '../../../scripts/testkit/load/deployment.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import {
  isMissing,
  pathOf,
  runGateway,
  shippedWith,
  temporaryFolder,
} from '../gateways/gateway-process.ts'
import { createDatabase, dropDatabase } from '../../../scripts/testkit/processes/postgres.ts'
import { callService, ORGANIZATION } from '../story/as-service.ts'
import { runService } from '../story/ends.ts'

/** The directive that makes this Caddy buffer a body, so that it can send it to another node. */
function holdBodies(): string {
  const { stdout } = spawnSync(pathOf('caddy'), ['version'], { encoding: 'utf8' })
  return /^v?2\.6\./.test(stdout) ? 'buffer_requests' : 'request_buffers 64KiB'
}

const timeoutMs = 180_000
const CLIENTS = 4
const PAUSE_MS = 2
const ASKED_BETWEEN = 100

type Deployment = { address: string; nodes: [Service, Service] }

describe.skipIf(isMissing('caddy'))('two nodes behind Caddy', () => {
  test.each(['', 'the addresses of nodes'])('the file is one that Caddy reads (%s)', (nodes) => {
    const file = join(import.meta.dirname, '../../deploy/Caddyfile')
    const given = nodes && { NODES: '127.0.0.1:1 127.0.0.1:2', HOLD_BODIES: holdBodies() }
    const env = { PATH: process.env['PATH'], HOME: temporaryFolder(), ...given }
    const args = ['validate', '--config', file, '--adapter', 'caddyfile']
    const { status, stderr } = spawnSync(pathOf('caddy'), args, { env, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
  })

  test(
    'each can be restarted in turn, and no request fails',
    async () => {
      const { address, nodes } = await deploy('restarted_in_turn')
      const { key } = await issueKey(nodes[0], {})
      const asking = askAllTheTime(() => check(address, key))
      for (const node of nodes) {
        await asking.answers(ASKED_BETWEEN)
        await node.restart()
      }
      await asking.answers(ASKED_BETWEEN)
      expect(await asking.end()).toEqual(new Set(['200']))
    },
    timeoutMs,
  )

  test(
    'one that was killed is left out; with none, the answer is the contract’s 503',
    async () => {
      const { address, nodes } = await deploy('one_killed')
      const { key } = await issueKey(nodes[0], {})
      await nodes[0].kill()
      // Caddy does not know at first. It can repeat a request whose body it has buffered.
      for (let i = 0; i < 10; i++) expect(await check(address, key, 'a body')).toBe('200')
      await nodes[1].kill()
      expect(await check(address, key)).toBe('503 UNAVAILABLE')
      await nodes[0].start()
      await expect.poll(() => check(address, key)).toBe('200')
    },
    timeoutMs,
  )

  test(
    'a client’s address is the one that Caddy saw, whatever the client writes',
    async () => {
      const { address, nodes } = await deploy('address_seen')
      const forged = '10.0.0.1'
      const statusOf = async (allowedIps: string[]) => {
        const { key } = await issueKey(nodes[0], { allowedIps })
        const headers = { Authorization: `Bearer ${key}`, 'X-Forwarded-For': forged }
        return (await fetch(`${address}/api/whoami`, { headers })).status
      }
      expect(await statusOf(['127.0.0.0/8', '::1'])).toBe(200)
      expect(await statusOf([forged])).toBe(403)
    },
    timeoutMs,
  )
})

async function deploy(name: string): Promise<Deployment> {
  const port = await freePort()
  const address = `http://localhost:${port}`
  const env = {
    DATABASE_URL: await createDatabase(inject('postgresUrl'), name),
    PUBLIC_URL: address,
    AUTH_SECRET: 'a-secret-for-two-nodes-behind-caddy-only',
    BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
    RATE_LIMIT_PER_MINUTE: '1000000',
    TRUST_PROXY: '1',
    LOG_LEVEL: 'warn',
  }
  onTestFinished(() => dropDatabase(inject('postgresUrl'), name))
  const first = await runService(env)
  const nodes: Deployment['nodes'] = [first, await runService(env)]
  const organization = { name: 'Behind Caddy', subscription: 'active' }
  const path = `/api/internal/organizations/${ORGANIZATION}`
  const made = await callService(first, SERVICE_TOKEN, 'PUT', path, organization)
  expect(made.status).toBeLessThan(300)

  const folder = temporaryFolder()
  const file = join(folder, 'Caddyfile')
  writeFileSync(file, `{\n\tadmin off\n}\n${shippedWith('server/deploy/Caddyfile', [])}`)
  await runGateway('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    port,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      PUBLIC_URL: address,
      HOLD_BODIES: holdBodies(),
      NODES: nodes.map(({ url }) => new URL(url).host).join(' '),
    },
  })
  return { address, nodes }
}

async function issueKey(node: Service, settings: object): Promise<{ key: string }> {
  const input = { label: 'Behind Caddy', ...settings }
  const { status, body } = await callService(node, SERVICE_TOKEN, 'POST', '/api/keys', input)
  expect(status).toBe(201)
  return body as { key: string }
}

/** @returns the status of asking whether the key is good, and whose answer it is */
async function check(address: string, key: string, body: string | null = null): Promise<string> {
  const headers = { Authorization: `Bearer ${key}`, 'X-Service-Token': SERVICE_TOKEN }
  const method = body === null ? 'GET' : 'POST'
  const response = await fetch(`${address}/api/auth/check`, { method, headers, body })
  const text = await response.text()
  if (response.status === 200) return '200'
  const { code } = JSON.parse(text) as { code: string }
  return `${response.status} ${code}`
}

/** Asks on several connections until told to end. */
function askAllTheTime(ask: () => Promise<string>) {
  const seen = new Set<string>()
  let count = 0
  const ending = new AbortController()
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (!ending.signal.aborted) {
      seen.add(await ask())
      count++
      await pause(PAUSE_MS)
    }
  })
  return {
    /** Resolves after so many more answers. */
    async answers(more: number): Promise<void> {
      const wanted = count + more
      await expect.poll(() => count).toBeGreaterThan(wanted)
    },
    /** @returns every kind of answer there was */
    async end(): Promise<Set<string>> {
      ending.abort()
      await Promise.all(clients)
      return seen
    },
  }
}
