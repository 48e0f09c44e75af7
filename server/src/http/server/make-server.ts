import { createServer, type RequestListener, type Server } from 'node:http'
import { endStalledClients } from './stalled-clients.ts'
import { refuseTunnels } from '../requests/malformed-requests.ts'

// Node would give a slow client twice as long as it may take, and look only every half a minute.
const HEADERS_TIMEOUT_MS = 15_000
const REQUEST_TIMEOUT_MS = 30_000
const CHECK_INTERVAL_MS = 5000
const CONNECTION_IDLE_MS = 72_000
const STALLED_MS = 60_000
const MAX_HEADER_BYTES = 16 * 1024
const MAX_HEADERS = 200
const MAX_CONNECTIONS = 10_000

/** Node's server with a limit on everything that a client could take too much of. */
export function makeServer(listener: RequestListener): Server {
  const options = {
    // A missing Host is judged with every other fault of a request, in the same shape.
    requireHostHeader: false,
    // Of two, Node would keep the first, and what is behind a gateway perhaps the last.
    joinDuplicateHeaders: true,
    connectionsCheckingInterval: CHECK_INTERVAL_MS,
    headersTimeout: HEADERS_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    keepAliveTimeout: CONNECTION_IDLE_MS,
    maxHeaderSize: MAX_HEADER_BYTES,
  }
  const server = createServer(options, listener)
  server.maxHeadersCount = MAX_HEADERS
  server.maxConnections = MAX_CONNECTIONS
  refuseTunnels(server)
  endStalledClients(server, { stalledMs: STALLED_MS, checkMs: CHECK_INTERVAL_MS })
  return server
}
