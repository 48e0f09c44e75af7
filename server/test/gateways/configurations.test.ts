import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CHECK_PATH, noIdentity } from '../../src/http/no-identity.ts'

const folder = join(import.meta.dirname, '../../../gateways')
const files = readdirSync(folder).filter((name) => name !== 'README.md')

test('there is a configuration for each gateway of the contract', () => {
  expect(files.sort()).toEqual(['Caddyfile', 'envoy.yaml', 'nginx.conf', 'traefik.yaml'])
})

test.each(files)('%s asks us, and passes on the whole identity but neither secret', (file) => {
  const text = readFileSync(join(folder, file), 'utf8').toLowerCase()
  expect(text).toContain(CHECK_PATH)
  const names = [...Object.keys(noIdentity), 'X-Service-Token', 'X-API-Key', 'Authorization']
  for (const name of names) expect(text).toContain(name.toLowerCase())
})
