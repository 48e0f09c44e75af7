import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../../scripts/testkit/processes/free-port.ts'
import { isMissing, runGateway, shippedWith, temporaryFolder } from './gateway-process.ts'
import { holdsToTheRules } from './gateway-rules.ts'
import type { Gateway } from './gateway.ts'

const nginx: Gateway = {
  statusWhen: {
    keyServiceIsDead: 503,
    keyServiceHangs: 503,
    serviceIsDead: 502,
    serviceHangs: 504,
    tokenIsRefused: 503,
  },
  keyServiceMayTakeMs: 5_000,
  async start({ keys, service, serviceToken, scopes }) {
    const folder = temporaryFolder()
    const port = await freePort()
    const tokenFile = join(folder, 'token.conf')
    writeFileSync(tokenFile, `proxy_set_header X-Service-Token "${serviceToken}";\n`)
    writeFileSync(
      join(folder, 'keys.conf'),
      shippedWith('server/gateways/nginx.conf', [
        ['127.0.0.1:3000', keys],
        ['127.0.0.1:8080', service],
        ['listen 8000', `listen 127.0.0.1:${port}`],
        [
          'set $key_scopes "";',
          `set $key_scopes "${scopes.map((it) => `&scope=${it}`).join('')}";`,
        ],
        ['proxy_read_timeout 60s', 'proxy_read_timeout 1s'],
        ['/etc/nginx/keys-service-token.conf', tokenFile],
      ]),
    )
    const temporaryPaths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
      (name) => `${name}_temp_path ${folder}/${name};`,
    )
    writeFileSync(
      join(folder, 'nginx.conf'),
      `daemon off; master_process off; pid ${folder}/pid; error_log stderr;
      events {}
      http { access_log off; ${temporaryPaths.join(' ')} include ${folder}/keys.conf; }`,
    )
    const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr']
    await runGateway('nginx', args, { port, env: process.env })
    return { address: `http://127.0.0.1:${port}` }
  },
}

describe.skipIf(isMissing('nginx'))('nginx, as configured in server/gateways/nginx.conf', () => {
  holdsToTheRules(nginx)
})
