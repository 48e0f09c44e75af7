import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe } from 'vitest'
import { freePort } from '../../../scripts/testkit/free-port.ts'
import { isMissing, runGateway, temporaryFolder } from './gateway-process.ts'
import { holdsToTheRules, type StartGateway } from './gateway-rules.ts'

const shipped = readFileSync(join(import.meta.dirname, '../../../gateways/nginx.conf'), 'utf8')

/** The shipped file with what it tells its reader to change, changed. */
function changed(changes: [from: string, to: string][]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`nginx.conf no longer holds ${from}`)
    return text.replace(from, to)
  }, shipped)
}

const startNginx: StartGateway = async ({ keys, service, serviceToken, scopes }) => {
  const folder = temporaryFolder()
  const port = await freePort()
  const tokenFile = join(folder, 'token.conf')
  writeFileSync(tokenFile, `proxy_set_header X-Service-Token "${serviceToken}";\n`)
  writeFileSync(
    join(folder, 'keys.conf'),
    changed([
      ['127.0.0.1:3000', keys],
      ['127.0.0.1:8080', service],
      ['listen 8000', `listen 127.0.0.1:${port}`],
      ['"";', `"${scopes.map((scope) => `&scope=${scope}`).join('')}";`],
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
}

describe.skipIf(isMissing('nginx'))('nginx, as configured in gateways/nginx.conf', () => {
  holdsToTheRules(startNginx, 503)
})
