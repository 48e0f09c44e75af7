import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { onTestFinished, expect, test } from 'vitest'
import { receiver } from '../../../../../scripts/testkit/processes/receiver.ts'
import { mayReach } from '../may-reach.ts'
import { postMessage, type Surroundings } from './post-message.ts'

const message = { body: '{"type":"webhook.test"}', headers: { 'webhook-id': 'evt_1' } }
const never = new AbortController().signal
const development = { isProduction: false, mayWebhooksReachPrivate: false }
const production = { isProduction: true, mayWebhooksReachPrivate: false }

const post = (url: string, rules = development, surroundings: Surroundings = {}) =>
  postMessage(url, message, rules, never, surroundings)

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

test.each([200, 204, 301, 307, 404, 410, 500])('an answer of %i is what counts', async (status) => {
  const to = await receiver()
  to.answer = (_message, response) =>
    void response.writeHead(status, { Location: `${to.url}/else` }).end()
  expect(await post(to.url)).toEqual({ status })
  expect(to.received.map(({ body }) => body)).toEqual([message.body])
})

test('an answer without end counts by its status, and no more than a little of it is read', async () => {
  const to = await receiver()
  to.answer = (_message, response) => flood(response)
  expect(await post(to.url)).toEqual({ status: 200 })
})

function flood(response: ServerResponse): void {
  response.writeHead(200)
  const write = () => {
    while (!response.destroyed && response.write('x'.repeat(10_000)));
  }
  response.on('drain', write)
  write()
}

test('who does not answer in time has not answered', async () => {
  const to = await receiver()
  to.answer = () => undefined
  expect(await post(to.url, development, { patienceMs: 50 })).toEqual({
    problem: 'No answer within 10 seconds',
  })
})

test('a server that is not there, or speaks no HTTP, has not answered', async () => {
  const gone = await receiver()
  await gone.close()
  expect(await post(gone.url)).toEqual({ problem: 'The connection was refused' })
  const port = await listening(createTcpServer((socket) => void socket.end('no HTTP\r\n\r\n')))
  expect(await post(`http://127.0.0.1:${port}/`)).toEqual({ problem: 'The answer was not HTTP' })
  const cutting = await listening(createTcpServer((socket) => void socket.destroy()))
  expect(await post(`http://127.0.0.1:${cutting}/`)).toEqual({
    problem: 'The connection was cut before an answer',
  })
})

test('a server without TLS is no receiver for https', async () => {
  const port = await listening(createServer((_request, response) => void response.end()))
  expect(await post(`https://localhost:${port}/`)).toEqual({
    problem: expect.stringMatching(/^The TLS connection failed/),
  })
})

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

test.skipIf(!hasOpenssl)('a certificate that nobody vouches for is no receiver', async () => {
  const port = await listening(
    createTlsServer(selfSigned(), (_request, response) => void response.end()),
  )
  expect(await post(`https://localhost:${port}/`)).toEqual({
    problem: 'The TLS connection failed: DEPTH_ZERO_SELF_SIGNED_CERT',
  })
})

function selfSigned(): { key: string; cert: string } {
  const args =
    'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 1 -subj /CN=localhost'
  const made = spawnSync('openssl', [...args.split(' '), '-keyout', '-'], { encoding: 'utf8' })
  const [key = '', cert = ''] = made.stdout.split(/(?<=END PRIVATE KEY-----\n)/)
  return { key, cert }
}

test('a private address is refused when the connection is made', async () => {
  const to = await receiver()
  const { port } = new URL(to.url)
  const refused = { problem: 'The host has no public address' }
  for (const host of ['10.0.0.1', '169.254.169.254', '[fd00::1]', '[::ffff:192.168.0.1]'])
    expect(await post(`https://${host}:${port}/`, production), host).toEqual(refused)
  expect(await post(`https://127.0.0.1:${port}/`, production)).toEqual(refused)
  expect(await post(`https://localhost:${port}/`, production)).toEqual(refused)
  for (const address of ['10.0.0.1', '127.0.0.1', '::1', 'fe80::1']) {
    const resolve = async () => [address]
    expect(await post(`https://example.com:${port}/`, production, { resolve })).toEqual(refused)
  }
  expect(to.received).toEqual([])
})

test('a name that leads elsewhere at a second look is looked up once', async () => {
  const to = await receiver()
  const { port } = new URL(to.url)
  const answers = [['203.0.114.1'], ['127.0.0.1']]
  let looks = 0
  const resolve = async () => answers[looks++] ?? []
  await post(`https://example.com:${port}/`, production, { resolve, patienceMs: 50 })
  expect(looks).toBe(1)
  expect(to.received).toEqual([])
})

test('of several addresses only those are tried that may be reached', async () => {
  const to = await receiver()
  const { port } = new URL(to.url)
  const resolve = async () => ['10.0.0.1', '127.0.0.1']
  expect(await post(`http://localhost:${port}/`, development, { resolve })).toEqual({ status: 200 })
})

test('http goes to this machine alone, even where private addresses are allowed', async () => {
  const resolve = async () => ['203.0.114.1', '10.0.0.1']
  const rules = { isProduction: false, mayWebhooksReachPrivate: true }
  expect(await post('http://localhost:1/', rules, { resolve })).toEqual({
    problem: 'The host has no public address',
  })
})

const special = `0.0.0.0 10.1.1.1 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.0.0.8 192.0.2.1
  192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 240.0.0.1 255.255.255.255
  :: ::1 ::ffff:10.0.0.1 64:ff9b::a00:1 100::1 2001:db8::1 2002:a00:1::1 2001::1 fc00::1 fd12::1
  fe80::1 fec0::1 ff02::1 not-an-address`

test('what is no public address is reached in no production', () => {
  for (const address of special.split(/\s+/))
    expect(mayReach(address, production), address).toBe(false)
  for (const address of ['1.1.1.1', '8.8.8.8', '2606:4700:4700::1111'])
    expect(mayReach(address, production), address).toBe(true)
  expect(mayReach('10.0.0.1', { isProduction: true, mayWebhooksReachPrivate: true })).toBe(true)
  expect(mayReach('::1', development)).toBe(true)
  expect(mayReach('10.0.0.1', development)).toBe(false)
})
