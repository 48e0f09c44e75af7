import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, Socket, type AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { holdBack } from './hold-back.ts'

const ASKED = 100

test('of what one connection asks for at once, few are under way, and all are answered', async () => {
  const underWay = new Set<ServerResponse>()
  const { inTurn } = holdBack()
  let most = 0
  const server = createServer((request, response) =>
    inTurn(request.socket, response, () => {
      underWay.add(response)
      most = Math.max(most, underWay.size)
      setImmediate(() => {
        underWay.delete(response)
        response.end(request.url)
      })
    }),
  )
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  onTestFinished(() => void client.destroy())
  const paths = Array.from({ length: ASKED }, (_, at) => `/${at}`)
  client.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`).join(''))
  let answers = ''
  for await (const chunk of client) {
    answers += String(chunk)
    if (answers.endsWith(`/${ASKED - 1}`)) break
  }
  expect([...answers.matchAll(/\r\n\r\n(\/\d+)/g)].map((match) => match[1])).toEqual(paths)
  expect(most).toBeLessThanOrEqual(16)
})

test('a connection with much waiting is not read further, though others resume reading', async () => {
  const { begin, end } = holdBack()
  const socket = new Socket()
  for (let waiting = 1; waiting < 256; waiting++) begin(socket)
  expect(socket.isPaused()).toBe(false)
  begin(socket)
  expect(socket.isPaused()).toBe(true)
  const resumed = once(socket, 'resume')
  socket.resume()
  await resumed
  expect(socket.isPaused()).toBe(true)
  end(socket)
  expect(socket.isPaused()).toBe(false)
})

test('when very much waits in all, who has asked for more than others is cut off', async () => {
  const { inTurn } = holdBack({ maxInAll: 50 })
  const server = createServer((request, response) =>
    inTurn(request.socket, response, () => {
      if (request.url === '/answered') response.end('answered')
    }),
  )
  onTestFinished(() => void server.close())
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const ask = (path: string, times: number) => {
    const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
    onTestFinished(() => void client.destroy())
    client.on('error', () => undefined)
    client.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(times))
    return client
  }
  await once(ask('/never', 100).resume(), 'close')
  const clients = [1, 2, 3, 4].map(() => ask('/never', 14))
  await once(ask('/answered', 1), 'data')
  expect(clients.map(({ destroyed }) => destroyed)).toEqual([false, false, false, false])
  await once(ask('/answered', 1), 'data')
})
