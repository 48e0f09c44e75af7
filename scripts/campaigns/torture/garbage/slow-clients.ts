// Clients that only make the service wait.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../../testkit/load/random.ts'
import type { Owner, Subject } from './subject.ts'
import { openSocket } from './raw/wire.ts'

export type Crowd = { idle: number; dripping: number; notReading: number; churning: number }

const DRIP_MS = 50
const AT_ONCE = 500

/** Lets a crowd in for a while, then sends all of it away. Gives the number of connections made. */
export async function beleaguer(
  subject: Subject,
  owner: Owner,
  crowd: Crowd,
  holdMs: number,
  random: Random,
): Promise<number> {
  const sockets: Socket[] = []
  const open = () => {
    const socket = openSocket(subject.port)
    sockets.push(socket)
    return socket
  }
  const texts = requestsOf(subject, owner)
  try {
    for (let at = 0; at < crowd.notReading; at++) neverRead(open(), random.pick(texts))
    const dripping = Array.from({ length: crowd.dripping }, () => open())
    // The system's queue of connections that wait to be taken is short.
    for (let at = 0; at < crowd.idle; at += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, crowd.idle - at) }, () => connected(open())),
      )
    await Promise.all([
      sleep(holdMs),
      drip(dripping, random.pick(texts), holdMs),
      churn(subject.port, crowd.churning, random.pick(texts), random),
    ])
  } finally {
    await Promise.all(sockets.map(gone))
  }
  return sockets.length + crowd.churning
}

function requestsOf({ serviceToken }: Subject, { keys, cookie }: Owner): string[] {
  const { key } = keys[0]!
  const asKey = `Authorization: Bearer ${key}\r\n`
  const verify = JSON.stringify({ key, cost: 0 })
  const requests: [start: string, headers: string, body: string][] = [
    ['GET /api/auth/check', `X-Service-Token: ${serviceToken}\r\n${asKey}`, ''],
    ['GET /api/whoami', asKey, ''],
    ['GET /api/keys', `Cookie: ${cookie}\r\n`, ''],
    ['GET /api/openapi.json', '', ''],
    [
      'POST /api/auth/verify',
      `Authorization: Bearer ${serviceToken}\r\nContent-Type: application/json\r\nContent-Length: ${verify.length}\r\n`,
      verify,
    ],
  ]
  return requests.map(
    ([start, head, body]) => `${start} HTTP/1.1\r\nHost: localhost\r\n${head}\r\n${body}`,
  )
}

/** Asks hundreds of times in one go, and takes no answer. */
function neverRead(socket: Socket, request: string): void {
  socket.pause()
  socket.write(request.repeat(500))
}

/** Sends a byte now and then. */
async function drip(sockets: Socket[], request: string, holdMs: number): Promise<void> {
  const untilMs = performance.now() + holdMs
  for (let at = 0; performance.now() < untilMs; at++) {
    for (const socket of sockets) if (socket.writable) socket.write(request[at % request.length]!)
    await sleep(DRIP_MS)
  }
}

/** Comes, says part of something, and goes, by turns politely and not. */
async function churn(port: number, count: number, request: string, random: Random): Promise<void> {
  for (let at = 0; at < count; at++) {
    const socket = await connected(openSocket(port))
    socket.write(request.slice(0, random.between(0, request.length)))
    if (random.chance(0.5)) socket.resetAndDestroy()
    else socket.destroy()
  }
}

async function connected(socket: Socket): Promise<Socket> {
  await once(socket, 'connect').catch(() => undefined)
  return socket
}

async function gone(socket: Socket): Promise<void> {
  if (socket.closed) return
  const closed = once(socket, 'close')
  socket.destroy()
  await closed
}
