import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
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
