// Two nodes on one PostgreSQL behind Caddy, as deploy/Caddyfile sets it up. Debian's Caddy 2.6 does
// not know how to hold a body for sending it again, so these requests have none.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import { SERVICE_TOKEN } from '../../../scripts/revocation/deployment.ts'
import type { Service } from '../../../web/e2e/testkit/service.ts'
import { freePort } from '../../../scripts/testkit/free-port.ts'
import { isMissing, runGateway, temporaryFolder } from '../gateways/gateway-process.ts'
import { createDatabase, dropDatabase } from '../../../scripts/testkit/postgres.ts'
import { callService, ORGANIZATION } from '../story/as-service.ts'
import { runService } from '../story/ends.ts'

const shipped = readFileSync(join(import.meta.dirname, '../../../deploy/Caddyfile'), 'utf8')
const sinceCaddy27 = 'request_buffers 64KiB'

const timeoutMs = 60_000
const CLIENTS = 4
const PAUSE_MS = 2
const ASKED_BETWEEN = 100

type Deployment = { address: string; nodes: [Service, Service] }

describe.skipIf(isMissing('caddy'))('two nodes behind Caddy', () => {
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
      for (let i = 0; i < 10; i++) expect(await check(address, key)).toBe('200')
      await nodes[1].kill()
      expect(await check(address, key)).toBe('503 UNAVAILABLE')
      await nodes[0].start()
      await expect.poll(() => check(address, key), { timeout: 15_000 }).toBe('200')
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
  expect(shipped).toContain(sinceCaddy27)
  writeFileSync(file, `{\n\tadmin off\n}\n${shipped.replace(sinceCaddy27, '')}`)
  await runGateway('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
    port,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      XDG_CONFIG_HOME: folder,
      XDG_DATA_HOME: folder,
      PUBLIC_URL: address,
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
async function check(address: string, key: string): Promise<string> {
  const headers = { Authorization: `Bearer ${key}`, 'X-Service-Token': SERVICE_TOKEN }
  const response = await fetch(`${address}/api/auth/check`, { headers })
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
      await expect.poll(() => count, { timeout: 15_000 }).toBeGreaterThan(wanted)
    },
    /** @returns every kind of answer there was */
    async end(): Promise<Set<string>> {
      ending.abort()
      await Promise.all(clients)
      return seen
    },
  }
}
