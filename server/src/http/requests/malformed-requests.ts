import { ServerResponse, type Server } from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorCode } from '@zentrix/shared/error-codes.ts'
import type { ApiError } from '@zentrix/shared/schemas/errors.ts'
import { noIdentity } from './no-identity.ts'
import { requestIdFrom } from './request-id.ts'

// Time to read the answer before the connection is cut.
const LINGER_MS = 500

type Refusal = { status: string; code: ErrorCode; error: string }

const malformed: Refusal = {
  status: '400 Bad Request',
  code: 'INVALID_INPUT',
  error: 'The request is malformed',
}

/** Refusals by the code of Node's parser. */
const refusals: Record<string, Refusal> = {
  HPE_HEADER_OVERFLOW: {
    status: '431 Request Header Fields Too Large',
    code: 'PAYLOAD_TOO_LARGE',
    error: 'The URL and headers of the request are too large',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: '408 Request Timeout',
    code: 'INVALID_INPUT',
    error: 'The request took too long to arrive',
  },
}

/** An error in the shape of every other, for what no route will ever see. */
export function malformedAnswer({ code, error }: Omit<Refusal, 'status'>): {
  headers: Record<string, string>
  body: string
} {
  const requestId = requestIdFrom(undefined)
  const answer: ApiError = { error, code, requestId }
  const body = JSON.stringify(answer)
  const headers = {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': `${body.length}`,
    'X-Request-Id': requestId,
    'Cache-Control': 'no-store',
    // Nobody read the path: a gateway may be asking.
    ...noIdentity,
    'X-Auth-Code': code,
    Connection: 'close',
  }
  return { headers, body }
}

const refused = new WeakSet<Socket>()

/** Answers what is no HTTP at all, or comes too slowly, and hangs up. */
export function answerMalformedRequests(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET') return void socket.destroy()
  refuse(socket, refusals[error.code ?? ''])
}

/** Answers CONNECT, which Node would hang up on, as malformed: we are no proxy. */
export function refuseTunnels(server: Server): void {
  server.on('connect', (_, socket: Socket) => {
    socket.on('error', () => socket.destroy())
    refuse(socket)
  })
}

function refuse(socket: Socket, refusal = malformed): void {
  if (refused.has(socket) || !socket.writable) return void socket.destroy()
  refused.add(socket)
  socket.pause() // nothing that follows can be understood
  afterAnswers(socket, () => hangUp(socket, refusal))
}

/**
 * Waits for the answers to requests that came before, on the same connection: a client takes
 * answers in the order in which it asked.
 */
function afterAnswers(socket: Socket, then: () => void): void {
  const current = answerUnderWay(socket)
  if (!current) return then()
  if (current.req.complete) current.once('close', () => afterAnswers(socket, then))
  else if (current.headersSent) socket.destroy()
  else then() // it is this request that cannot be read to its end
}

/** The answer that a connection is busy with; Node has no public name for it. */
function answerUnderWay(socket: Socket): ServerResponse | undefined {
  const answer = '_httpMessage' in socket ? socket._httpMessage : undefined
  return answer instanceof ServerResponse ? answer : undefined
}

function hangUp(socket: Socket, refusal: Refusal): void {
  if (!socket.writable) return void socket.destroy()
  const { headers, body } = malformedAnswer(refusal)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  socket.end([`HTTP/1.1 ${refusal.status}`, ...lines, '', body].join('\r\n'))
  // A client that goes on sending would otherwise have its connection reset before it reads.
  const timer = setTimeout(() => socket.destroy(), LINGER_MS)
  socket.once('close', () => clearTimeout(timer))
}
