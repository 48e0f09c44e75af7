import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type CollectedSpan = {
  traceId: string
  spanId: string
  parentSpanId?: string
  name: string
  /** 2 for what a service answers, 3 for what it asks of another one. */
  kind: number
  attributes: Record<string, unknown>
}

type Value = { stringValue?: string; intValue?: number; doubleValue?: number }

type Export = {
  resourceSpans: {
    scopeSpans: {
      spans: (Omit<CollectedSpan, 'attributes'> & {
        attributes: { key: string; value: Value }[]
      })[]
    }[]
  }[]
}

/** A server on loopback that takes traces as OTLP in JSON, gone when the test has finished. */
export async function startCollector() {
  const collected: string[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    collected.push(Buffer.concat(chunks).toString())
    self.answer(response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    await new Promise((done) => server.close(done))
  })
  const self = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    /** The bodies that came. */
    collected,
    spans: (): CollectedSpan[] =>
      collected
        .flatMap((body) => (JSON.parse(body) as Export).resourceSpans)
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
        .map((span) => ({ ...span, attributes: valuesOf(span.attributes) })),
    answer: (response: ServerResponse) =>
      void response.setHeader('Content-Type', 'application/json').end('{}'),
  }
  return self
}

function valuesOf(attributes: { key: string; value: Value }[]): Record<string, unknown> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [
      key,
      value.stringValue ?? value.intValue ?? value.doubleValue,
    ]),
  )
}
