import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import { isMissing, runGateway, shippedWith, temporaryFolder } from './gateway-process.ts'
import { holdsToTheRules } from './gateway-rules.ts'
import type { Gateway } from './gateway.ts'

const caddy: Gateway = {
  statusWhen: {
    keyServiceIsDead: 502,
    keyServiceHangs: 504,
    serviceIsDead: 502,
    serviceHangs: 504,
    tokenIsRefused: 503,
  },
  keyServiceMayTakeMs: 5_000,
  async start({ keys, service, serviceToken, scopes }) {
    const folder = temporaryFolder()
    const port = await freePort()
    const file = join(folder, 'Caddyfile')
    const query = scopes.map((scope) => `scope=${scope}`).join('&')
    const site = shippedWith('server/gateways/Caddyfile', [
      ['uri /api/auth/check?\n', `uri /api/auth/check?${query}\n`],
    ])
    writeFileSync(file, `{\n\tadmin off\n}\n${site}`)
    await runGateway('caddy', ['run', '--config', file, '--adapter', 'caddyfile'], {
      port,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        XDG_DATA_HOME: folder,
        NAS_SERVICE_TOKEN: serviceToken,
        GATEWAY_ADDRESS: `http://127.0.0.1:${port}`,
        KEYS_ADDRESS: keys,
        SERVICE_ADDRESS: service,
        SERVICE_TIMEOUT: '1s',
      },
    })
    return { address: `http://127.0.0.1:${port}` }
  },
}

describe.skipIf(isMissing('caddy'))('Caddy, as configured in server/gateways/Caddyfile', () => {
  holdsToTheRules(caddy)
})
