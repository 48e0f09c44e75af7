import { Agent, request } from 'node:http'

/** A request that is well-formed HTTP, whatever it asks. */
export type Asked = {
  method: string
  target: string
  headers: Record<string, string>
  body?: string | Buffer
  /** Makes the request that is sent in place of this one, where each has to be another. */
  renew?: () => Promise<Asked>
}

/** In an attacker's request, a number that no other request has. */
export const NUMBER = '#NUMBER#'

const TIMEOUT_MS = 60_000

/** One connection that is kept; its answers are read to the end and thrown away. */
export function openConnection(port: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    /** @returns the status, or 0 where the service hung up without an answer */
    send({ method, target, headers, body }: Asked): Promise<number> {
      return new Promise((resolve) => {
        const length = body === undefined ? {} : { 'Content-Length': `${Buffer.byteLength(body)}` }
        const sent = request(
          {
            port,
            host: '127.0.0.1',
            agent,
            method,
            path: target,
            headers: { Host: 'localhost', ...headers, ...length },
            timeout: TIMEOUT_MS,
          },
          (response) => {
            response.on('error', () => resolve(0)).on('end', () => resolve(response.statusCode!))
            response.resume()
          },
        )
        sent.on('error', () => resolve(0)).on('timeout', () => sent.destroy())
        sent.end(body)
      })
    },
    close: () => agent.destroy(),
  }
}

export type Connection = ReturnType<typeof openConnection>
