import { generateKeyPairSync, sign } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** How the server answers a request for the keys. */
export type Manner = 'polite' | 'broken' | 'redirecting' | 'endless' | 'nonsense'

/** A signer, such as GitHub's secret scanning. */
export function newSigner(id: string, namedCurve = 'prime256v1') {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve })
  return {
    id,
    pem: publicKey.export({ format: 'pem', type: 'spki' }) as string,
    /** The headers that go with a body. */
    headersFor(body: string): Record<string, string> {
      return {
        'Content-Type': 'application/json',
        'Github-Public-Key-Identifier': id,
        'Github-Public-Key-Signature': sign('sha256', Buffer.from(body), privateKey).toString(
          'base64',
        ),
      }
    },
  }
}

/** A server on loopback that publishes keys as GitHub does; gone when the test has finished. */
export async function startKeyServer() {
  const signer = newSigner('a1b2c3')
  const state = { asked: 0, manner: 'polite' as Manner, published: [signer] }
  const server = createServer((req, res) => {
    state.asked++
    if (state.manner === 'broken') return res.writeHead(500).end()
    if (state.manner === 'redirecting' && req.url === '/keys')
      return res.writeHead(302, { Location: '/elsewhere' }).end()
    if (state.manner === 'nonsense') return res.end('{"public_keys": "none"}')
    const publicKeys = state.published.map(({ id, pem }) => ({
      key_identifier: id,
      key: pem,
      is_current: true,
    }))
    const padding = state.manner === 'endless' ? ' '.repeat(300 * 1024) : ''
    return res.end(JSON.stringify({ public_keys: publicKeys }) + padding)
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  return Object.assign(state, { signer, url })
}
