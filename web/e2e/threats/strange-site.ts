import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The name of another site that resolves to this machine, as in DNS rebinding. */
export const STRANGE_HOST = 'strange.test'

/** Makes the browser resolve it. */
export const strangeNames = { args: [`--host-resolver-rules=MAP ${STRANGE_HOST} 127.0.0.1`] }

export type StrangeSite = {
  port: number
  /** The path and the Referer of each visit so far. */
  visits: { path: string; referrer: string | undefined }[]
  close(): Promise<void>
}

/** Another site; its pages are empty until a test fills them. */
export async function startStrangeSite(): Promise<StrangeSite> {
  const visits: StrangeSite['visits'] = []
  const server = createServer((request, response) => {
    visits.push({ path: request.url!, referrer: request.headers.referer })
    response.setHeader('Content-Type', 'text/html')
    response.end('<!doctype html><title>Strange</title><body></body>')
  })
  server.listen(0, '127.0.0.1')
  await new Promise((done) => server.once('listening', done))
  return {
    port: (server.address() as AddressInfo).port,
    visits,
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}
