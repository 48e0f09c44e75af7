import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import { testApi, type TestApi } from '../../../scripts/testkit/api/kit.ts'
import type { Incident } from '../../client/service/incidents.ts'
import type { VerifyClient } from '../../client/verifier.ts'
import { createVerifyClient, type VerifyClientOptions } from '../../client/verify-client.ts'

/** A client that keeps what it reports. */
export function clientOf(options: VerifyClientOptions): VerifyClient & { incidents: Incident[] } {
  const incidents: Incident[] = []
  const client = createVerifyClient({
    report: (incident) => void incidents.push(incident),
    timeoutMs: 20_000, // other work on the machine delays answers
    ...options,
  })
  return { ...client, incidents }
}

/** A running service and a client of it. */
export async function serviceWithClient(
  options: Partial<VerifyClientOptions> = {},
  env: Record<string, string> = {},
) {
  const api: TestApi = await testApi({ env })
  const serviceToken = await api.serviceToken({ scopes: ['keys:verify'] })
  const client = clientOf({ url: api.address, serviceToken, onUnavailable: 'deny', ...options })
  return { api, owner: await api.owner(), serviceToken, client }
}

/** A server that answers as it is told to, in the service's place. */
export function standIn(answer: RequestListener): Promise<string> {
  return listening(createHttpServer(answer).listen(0, '127.0.0.1'))
}

/** Where it listens, until the test has finished. */
export async function listening(server: Server): Promise<string> {
  if (!server.listening) await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return addressOf(server)
}

function addressOf(server: { address(): AddressInfo | string | null }): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A failure of the next request: it or its answer is lost on the way, or it gets no answer. */
type Mishap = 'reset' | 'close' | 'lose answer' | 'hold'

/** The network between a client and a service, which can be made to fail. */
export async function wireTo(target: string) {
  const sockets = new Set<Socket>()
  const state = { target, mishaps: [] as Mishap[], connections: 0, questions: 0 }
  const keep = (socket: Socket) => {
    sockets.add(socket.on('error', () => socket.destroy()))
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    state.connections++
    const service = connect(Number(new URL(state.target).port), '127.0.0.1')
    keep(client)
    keep(service)
    client.on('close', () => service.destroy())
    service.on('close', () => client.destroy())
    let mishap: Mishap | undefined
    client.on('data', (chunk) => {
      if (chunk.includes('POST ')) {
        state.questions++
        mishap = state.mishaps.shift()
      }
      if (mishap === 'reset') client.resetAndDestroy()
      else if (mishap === 'close') client.destroy()
      else if (mishap !== 'hold') service.write(chunk)
    })
    service.on('data', (chunk) => {
      if (mishap === 'lose answer') client.destroy()
      else client.write(chunk)
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = addressOf(server)
  const down = async () => {
    const isClosed = once(server, 'close')
    server.close()
    for (const socket of sockets) socket.destroy()
    await isClosed
  }
  const up = () => once(server.listen(Number(new URL(address).port), '127.0.0.1'), 'listening')
  onTestFinished(async () => {
    if (server.listening) await down()
  })
  return Object.assign(state, { address, down, up })
}
