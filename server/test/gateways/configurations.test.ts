import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { routeOf } from '../../src/http/answers/route-of.ts'
import { noIdentity } from '../../src/http/requests/no-identity.ts'
import { forNoClient, underscored } from './identity-rules.ts'

const folder = join(import.meta.dirname, '../../gateways')
const textOf = (file: string) => readFileSync(join(folder, file), 'utf8')
const files = ['Caddyfile', 'envoy.yaml', 'nginx.conf', 'traefik.yaml']

test('there is a configuration for each gateway of the contract', () => {
  const found = readdirSync(folder).filter((name) => name !== 'README.md')
  expect(found.sort()).toEqual([...files, 'traefik-static.yaml'].sort())
})

test.each(files)('%s asks us, and passes on the whole identity but neither secret', (file) => {
  const text = textOf(file).toLowerCase()
  expect(text).toContain(routeOf('GET /api/auth/check').url)
  const names = [...Object.keys(noIdentity), 'X-Service-Token', 'X-API-Key', 'Authorization']
  for (const name of names) expect(text).toContain(name.toLowerCase())
})

test('Traefik drops every spelling of what only a gateway may say, wherever it is not run here', () => {
  expect(textOf('traefik-static.yaml')).toMatch(/^ {6}aliasHeadersStrategy: delete$/m)
  for (const name of forNoClient.flatMap(underscored))
    if (name !== 'X-Service-Token') expect(textOf('traefik.yaml')).toContain(` ${name}: ''\n`)
})

test.each(['README.md', ...files])('%s names all that a configuration must strip', (file) => {
  const text = textOf(file).toLowerCase().replaceAll('x-auth-*', forNoClient.join().toLowerCase())
  for (const name of forNoClient) expect(text).toContain(name.toLowerCase())
})
