import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../../scripts/testkit/free-port.ts'
import { isMissing, runGateway, temporaryFolder } from './gateway-process.ts'
import { holdsToTheRules, type StartGateway } from './gateway-rules.ts'

const shipped = readFileSync(join(import.meta.dirname, '../../../gateways/Caddyfile'), 'utf8')

const startCaddy: StartGateway = async ({ keys, service, serviceToken, scopes }) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const uri = 'uri /api/auth/check?\n'
  if (!shipped.includes(uri)) throw new Error(`the Caddyfile no longer holds ${uri}`)
  const query = scopes.map((scope) => `scope=${scope}`).join('&')
  const site = shipped.replace(uri, `uri /api/auth/check?${query}\n`)
  const file = join(folder, 'Caddyfile')
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
    },
  })
  return { address: `http://127.0.0.1:${port}` }
}

describe.skipIf(isMissing('caddy'))('Caddy, as configured in gateways/Caddyfile', () => {
  holdsToTheRules(startCaddy, 502)
})
