import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import { isMissing, runGateway, shippedWith, temporaryFolder } from './gateway-process.ts'
import { dropsMadeUp, forNoClient, underscored } from './identity-rules.ts'
import { holdsToTheRules } from './gateway-rules.ts'
import type { Gateway } from './gateway.ts'

const traefik: Gateway = {
  statusWhen: {
    keyServiceIsDead: 500,
    keyServiceHangs: 500,
    serviceIsDead: 502,
    serviceHangs: 504,
    tokenIsRefused: 401,
  },
  keyServiceMayTakeMs: 30_000,
  start: (options) => start(options, []),
}

async function start(
  { keys, service, serviceToken, scopes }: Parameters<Gateway['start']>[0],
  changes: [from: string, to: string][],
): ReturnType<Gateway['start']> {
  const folder = temporaryFolder()
  const [port, ownPort] = [await freePort(), await freePort()]
  const dynamic = join(folder, 'keys.yaml')
  const file = join(folder, 'traefik.yaml')
  const query = scopes.map((scope) => `scope=${scope}`).join('&')
  writeFileSync(
    dynamic,
    shippedWith('server/gateways/traefik.yaml', [
      ['127.0.0.1:3000/api/auth/check', `${keys}/api/auth/check?${query}`],
      ['127.0.0.1:8080', service],
      ['responseHeaderTimeout: 60s', 'responseHeaderTimeout: 1s'],
    ]),
  )
  writeFileSync(
    file,
    shippedWith('server/gateways/traefik-static.yaml', [
      [':8000', `127.0.0.1:${port}`],
      [
        'entryPoints:',
        `api: { insecure: true }\nentryPoints:\n  traefik: { address: 127.0.0.1:${ownPort} }`,
      ],
      ['/etc/traefik/keys.yaml', dynamic],
      ...changes,
    ]),
  )
  await runGateway('traefik', [`--configFile=${file}`], {
    port,
    env: { PATH: process.env['PATH'], NAS_SERVICE_TOKEN: serviceToken },
  })
  // It listens before it has read the rest.
  const router = `http://127.0.0.1:${ownPort}/api/http/routers/service@file`
  const isReady = () =>
    fetch(router).then(
      ({ ok }) => ok,
      () => false,
    )
  await expect.poll(isReady).toBe(true)
  return { address: `http://127.0.0.1:${port}` }
}

describe.skipIf(isMissing('traefik'))(
  'Traefik, as configured in server/gateways/traefik.yaml',
  () => {
    holdsToTheRules(traefik)

    test('without the static half, underscores are still dropped', async () => {
      const forgetful: Gateway = {
        ...traefik,
        start: (options) =>
          start(options, [['aliasHeadersStrategy: delete', 'encodeQuerySemicolons: false']]),
      }
      await dropsMadeUp(forgetful, forNoClient.flatMap(underscored))
    })
  },
)
