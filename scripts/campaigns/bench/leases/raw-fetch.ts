import { connect, type Socket } from 'node:net'
import type { Fetch, HttpAnswer } from '../../../../shared/client/service/connection.ts'

/**
 * A `fetch` over one plain socket, one request at a time. A hundred verifiers share a core here, and
 * the real `fetch` costs several times what the service spends on a poll; elsewhere each verifier has
 * a process of its own, so its work is in no figure of the service.
 */
export function rawFetch(): Fetch {
  let socket: Socket | undefined
  let received = ''
  let waiting: PromiseWithResolvers<HttpAnswer> | undefined

  function take(chunk: string): void {
    received += chunk
    const bodyAt = received.indexOf('\r\n\r\n') + 4
    const length = Number(/\r\ncontent-length: (\d+)/i.exec(received)?.[1])
    // Polls and their answers are ASCII.
    if (bodyAt < 4 || !(received.length >= bodyAt + length)) return
    const text = received.slice(bodyAt)
    waiting?.resolve({ status: Number(received.slice(9, 12)), text: async () => text })
    received = ''
    waiting = undefined
    socket?.unref() // an idle connection keeps no process alive
  }

  function open({ hostname, port }: URL): Socket {
    received = ''
    const opened = connect(Number(port), hostname).setNoDelay(true).setEncoding('latin1')
    opened.on('data', take)
    opened.on('error', () => undefined) // it closes, too
    opened.on('close', () => {
      if (socket === opened) socket = undefined
      waiting?.reject(new Error('The connection was closed'))
    })
    return opened
  }

  return (url, { headers, body, signal }) => {
    const target = new URL(url)
    waiting = Promise.withResolvers()
    const asked = (socket ??= open(target)).ref()
    signal.addEventListener('abort', () => asked.destroy(), { once: true })
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
    asked.write(
      `POST ${target.pathname} HTTP/1.1\r\nHost: ${target.host}\r\n` +
        `Content-Length: ${body.length}\r\n${lines.join('')}\r\n${body}`,
    )
    return waiting.promise
  }
}
