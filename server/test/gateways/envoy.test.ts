import { writeFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import { isMissing, runGateway, shippedWith, temporaryFolder } from './gateway-process.ts'
import { holdsToTheRules } from './gateway-rules.ts'
import type { Gateway } from './gateway.ts'

const portOf = (address: string) => address.slice(address.indexOf(':') + 1)

// Envoy gives its own machine's address for a client on a loopback address.
const own = Object.values(networkInterfaces())
  .flatMap((it) => it ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)

const envoy: Gateway = {
  statusWhen: {
    keyServiceIsDead: 503,
    keyServiceHangs: 504,
    serviceIsDead: 503,
    serviceHangs: 504,
    tokenIsRefused: 401,
  },
  loopbackIsToldAs: own?.address ?? '127.0.0.1',
  keyServiceMayTakeMs: 2_000,
  async start({ keys, service, serviceToken, scopes }) {
    const folder = temporaryFolder()
    const port = await freePort()
    const file = join(folder, 'envoy.yaml')
    const query = scopes.map((scope) => `scope=${scope}`).join('&')
    writeFileSync(
      file,
      shippedWith('server/gateways/envoy.yaml', [
        ['port_value: 3000', `port_value: ${portOf(keys)}`],
        ['port_value: 8080', `port_value: ${portOf(service)}`],
        ['address: 0.0.0.0, port_value: 8000', `address: 127.0.0.1, port_value: ${port}`],
        ['path_override: /api/auth/check', `path_override: /api/auth/check?${query}`],
        ['idle_timeout: 60s', 'idle_timeout: 1s'],
        ['nassvc_CHANGE', serviceToken],
      ]),
    )
    const args = ['-c', file, '--use-dynamic-base-id', '--concurrency', '1', '--log-level', 'error']
    await runGateway('envoy', args, { port, env: process.env })
    return { address: `http://127.0.0.1:${port}` }
  },
}

describe.skipIf(isMissing('envoy'))('Envoy, as configured in server/gateways/envoy.yaml', () => {
  holdsToTheRules(envoy)
})
