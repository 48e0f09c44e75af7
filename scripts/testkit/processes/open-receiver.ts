import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook as Verifier } from 'standardwebhooks'

/** A message that arrived, not yet verified. */
export type Received = {
  headers: Record<string, string>
  body: string
  message: { type: string; timestamp: string; data: { event: Event; key: unknown } }
}

type Event = Record<string, unknown> & { id: string; keyId: string | null }

export type Receiver = {
  url: string
  received: Received[]
  /** Answers the next messages; 200 by default. */
  answer: (message: Received, response: ServerResponse) => void
  /** Resolves with all messages as soon as there are so many. */
  until(count: number): Promise<Received[]>
  close(): Promise<void>
}

/** A server on loopback that takes webhooks' messages until it is closed. */
export async function openReceiver(port = 0): Promise<Receiver> {
  const received: Received[] = []
  const waiting: { count: number; done: () => void }[] = []
  const server = createServer(async (request, response) => {
    const one = await read(request)
    received.push(one)
    self.answer(one, response)
    for (const { count, done } of waiting) if (received.length >= count) done()
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const self: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answer: (_message, response) => void response.end(),
    async until(count) {
      if (received.length < count) await new Promise<void>((done) => waiting.push({ count, done }))
      return received
    },
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
  return self
}

async function read(request: IncomingMessage): Promise<Received> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const body = Buffer.concat(chunks).toString()
  return {
    headers: request.headers as Record<string, string>,
    body,
    message: JSON.parse(body) as Received['message'],
  }
}

/** Whether the public library for Standard Webhooks takes the message as signed with the secret. */
export function isSignedWith(secret: string, { body, headers }: Received): boolean {
  try {
    new Verifier(secret).verify(body, headers)
    return true
  } catch {
    return false
  }
}
