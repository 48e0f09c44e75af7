import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { bearerToken } from '@zentrix/shared/credential-headers.ts'
import * as schemas from '@zentrix/shared/schemas/verification/leases.ts'
import type { LeasePoll } from '@zentrix/shared/verification/leases.ts'
import type { Context } from '../context.ts'
import { findServicePrincipal } from '../service-tokens/find-service-principal.ts'
import { asError } from '../../lib/caught.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { peerIp } from '../../http/requests/client-ip.ts'
import {
  idOf,
  isPlainPost,
  isTraced,
  readPlainBody,
  sendJson,
} from '../../http/requests/plain-post.ts'
import type { Readiness } from '../../http/server/readiness.ts'
import { readPoller } from './answer-poll.ts'
import type { Poller } from './lease-session.ts'

const PATH = routeOf('POST /api/auth/lease').url
const MAX_BODY_BYTES = 4096

/**
 * Answers the polls of verifiers before the framework sees them, as the lane of verification does
 * with questions: a change is answered when all of them have polled again. Those that arrive in one
 * turn of the event loop read their token once. What is unusual goes to the route.
 */
export type LeaseLane = {
  /** The listener of a server: this lane first, `listener` for the rest. */
  before(listener: RequestListener): RequestListener
  /** A body that was read here, for the route to read again. */
  bodyOf(request: IncomingMessage): Readable | undefined
  /** The error that a poll ended with; the route answers it. */
  failureOf(request: IncomingMessage): Error | undefined
}

type Arrived = {
  request: IncomingMessage
  response: ServerResponse
  asked: LeasePoll
  handOver: () => void
}

export function leaseLane(ctx: Context, readiness: Readiness): LeaseLane {
  const bodies = new WeakMap<IncomingMessage, Buffer>()
  const failures = new WeakMap<IncomingMessage, Error>()
  // At level debug every request is logged, which only the framework does.
  const isClosed = ctx.log.isLevelEnabled('debug')
  // A poll is held, so a connection that brings another one meanwhile has to wait its turn.
  const busy = new WeakSet<Socket>()
  let arrived: Arrived[] = []

  function answerAll(): void {
    const polls = arrived
    arrived = []
    const pollers = readPollers(ctx, polls)
    polls.forEach((poll, at) => void answer(poll, pollers[at]))
  }

  async function answer(
    { request, response, asked, handOver }: Arrived,
    found: MaybePromise<Poller | undefined>,
  ): Promise<void> {
    // Outages and refusals are met again by the route, and answered there.
    const poller = await Promise.resolve(found).catch(() => undefined)
    if (poller === undefined) return handOver()
    try {
      const onGone = (leave: () => void) => response.once('close', leave)
      const json = JSON.stringify(await ctx.leases.poll(asked, poller, onGone))
      busy.delete(request.socket)
      sendJson(response, idOf(request)(), json, readiness.isDraining())
    } catch (error) {
      failures.set(request, asError(error))
      handOver()
    }
  }

  return {
    before(listener) {
      return (request, response) => {
        const { socket } = request
        if (isClosed || readiness.isDraining() || isTraced(request) || busy.has(socket))
          return listener(request, response)
        if (!isPlainPost(request, PATH, MAX_BODY_BYTES)) return listener(request, response)
        busy.add(socket)
        readPlainBody(request, (body) => {
          const handOver = () => {
            busy.delete(socket)
            bodies.set(request, body)
            listener(request, response)
          }
          const asked = readPoll(body)
          if (asked === undefined) return handOver()
          if (arrived.push({ request, response, asked, handOver }) === 1) setImmediate(answerAll)
        })
      }
    },
    bodyOf(request) {
      const body = bodies.get(request)
      return body && Readable.from([body])
    },
    failureOf: (request) => failures.get(request),
  }
}

/** The token of each poll, read once where several have the same; none where it must be refused. */
function readPollers(ctx: Context, polls: Arrived[]): MaybePromise<Poller | undefined>[] {
  const found = new Map<string, MaybePromise<Poller | undefined>>()
  const read = ({ request: { headers, socket } }: Arrived) => {
    const header = headers.authorization ?? ''
    if (!found.has(header)) found.set(header, findPoller(ctx, header, socket))
    return found.get(header)
  }
  try {
    return ctx.database.readsTogether(() => polls.map(read))
  } catch {
    return []
  }
}

function findPoller(
  ctx: Context,
  header: string,
  socket: Socket,
): MaybePromise<Poller | undefined> {
  const token = bearerToken(header)
  if (typeof token === 'string') return undefined
  const trace = { ip: peerIp(socket), userAgent: null, requestId: null }
  try {
    return whenReady(findServicePrincipal(ctx, token.text, trace), (service) =>
      service ? readPoller(ctx, service.id) : undefined,
    )
  } catch {
    return undefined
  }
}

function readPoll(body: Buffer): LeasePoll | undefined {
  if (!isUtf8(body)) return undefined
  try {
    return schemas.LeasePoll.safeParse(JSON.parse(body.toString())).data
  } catch {
    return undefined
  }
}
