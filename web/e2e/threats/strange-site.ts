import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A name of another site that leads to this machine, as DNS rebinding makes one. */
export const STRANGE_HOST = 'strange.test'

/** Makes the browser believe in it. */
export const strangeNames = { args: [`--host-resolver-rules=MAP ${STRANGE_HOST} 127.0.0.1`] }

export type StrangeSite = {
  port: number
  /** The Referer of each visit so far, with the path. */
  visits: { path: string; referrer: string | undefined }[]
  close(): Promise<void>
}

/** A site of somebody else, whose pages are empty until a test fills them. */
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
