import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { endStalledClients } from './stalled-clients.ts'

test('a client that takes nothing of its answer is cut off; one that waits for its own is not', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/big') response.end('x'.repeat(64 * 1024 * 1024))
  })
  endStalledClients(server, { stalledMs: 100, checkMs: 10 })
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const ask = async (path: string) => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => void client.destroy())
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
    return (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  }
  const [, waiting] = await ask('/slow')
  const [, stalled] = await ask('/big')
  await once(stalled, 'close')
  expect(stalled.writableFinished).toBe(false)
  waiting.end()
  await once(waiting, 'close')
  expect(waiting.writableFinished).toBe(true)
})
