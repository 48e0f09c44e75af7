import { isUtf8 } from 'node:buffer'
import type { IncomingMessage, RequestListener } from 'node:http'
import { Readable } from 'node:stream'
import { bearerToken } from '@zentrix/shared/credential-headers.ts'
import { VerifyInput } from '@zentrix/shared/schemas/verification/verify.ts'
import type { Context } from '../context.ts'
import { findServicePrincipal } from '../service-tokens/find-service-principal.ts'
import { judgeFor, judgeWithCopyFor } from './answer-verify.ts'
import { verdictJson, verdictWithCopyJson } from './verdict-json.ts'
import { whenReady, type MaybePromise } from '../../lib/maybe-promise.ts'
import { countRequests, requestCountsOf } from '../../lib/request-counts.ts'
import { accessRules } from '../../http/access-rules.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import type { ServicePrincipal } from '../principals.ts'
import type { Readiness } from '../../http/server/readiness.ts'
import { peerIp } from '../../http/requests/client-ip.ts'
import { holdBack } from '../../http/server/hold-back.ts'
import {
  idOf,
  isPlainPost,
  isTraced,
  readPlainBody,
  sendJson,
} from '../../http/requests/plain-post.ts'

const PATH = routeOf('POST /api/auth/verify').url
const SCOPE = accessRules['keys:verify'].scope
const MAX_BODY_BYTES = 4096
// One connection can bring thousands in one turn; so many at once are enough to share a read.
const MAX_QUESTIONS_WAITING = 256

/**
 * Answers `POST /api/auth/verify` before the framework sees it, when the answer is a verdict: a
 * good service token, a good body, nothing unusual about either. Every other request goes to the
 * route of the same name, body included, so that refusals are decided in one place.
 *
 * Questions that arrive in one turn of the event loop are answered together at its end, from one
 * read transaction: taking SQLite's read lock costs more than reading. All of them arrived before
 * it began, so each answer sees everything that was committed before its question.
 */
export type FastLane = {
  /** The listener of a server: this lane first, `listener` for the rest. */
  before(listener: RequestListener): RequestListener
  /** A body that was read here, for the route to read again. */
  bodyOf(request: IncomingMessage): Readable | undefined
  /** The error that kept the lane from answering; asking again would take as long again. */
  failureOf(request: IncomingMessage): Error | undefined
}

type Question = {
  request: IncomingMessage
  input: VerifyInput
  requestId: () => string
  /** Sends the verdict as JSON; undefined hands the question to the route. */
  answer(json: string | undefined): void
}

export function fastLane(ctx: Context, readiness: Readiness): FastLane {
  const bodies = new WeakMap<IncomingMessage, Buffer>()
  const failures = new WeakMap<IncomingMessage, Error>()
  // At level debug every request is logged, which only the framework does.
  const isClosed = ctx.log.isLevelEnabled('debug')
  const counts = requestCountsOf(ctx.metrics, PATH, 'POST')
  let questions: Question[] = []
  let firstAskedAt = 0
  const waiting = holdBack()

  function ask(question: Question): void {
    const count = questions.push(question)
    if (count === 1) {
      // One look at the clock for all that are answered together.
      firstAskedAt = performance.now()
      setImmediate(answerAll)
    } else if (count === MAX_QUESTIONS_WAITING) answerAll()
  }

  function answerAll(): void {
    const asked = questions
    questions = []
    const askedAt = firstAskedAt
    const verdicts = decideTogether(ctx, asked)
    const decided = verdicts.filter((verdict) => typeof verdict === 'string')
    if (decided.length > 0) countRequests(counts, 200, performance.now() - askedAt, decided.length)
    asked.forEach(({ request, answer }, at) => {
      const { socket } = request
      const verdict = verdicts[at]
      if (!(verdict instanceof Promise)) return answer(verdict)
      waiting.begin(socket)
      const answerLate = (json: string | undefined) => {
        waiting.end(socket)
        if (json !== undefined) countRequests(counts, 200, performance.now() - askedAt)
        answer(json)
      }
      verdict.then(answerLate, (error: Error) => {
        failures.set(request, error)
        answerLate(undefined)
      })
    })
  }

  return {
    before(listener) {
      const toFramework: RequestListener = (request, response) =>
        waiting.inTurn(request.socket, response, () => listener(request, response))
      return (request, response) => {
        // While draining, the framework says on each connection which answer is the last.
        const isForFramework = isClosed || readiness.isDraining() || isTraced(request)
        if (isForFramework || !isPlainPost(request, PATH, MAX_BODY_BYTES))
          return toFramework(request, response)
        readPlainBody(request, (body) => {
          const handOver = () => {
            bodies.set(request, body)
            toFramework(request, response)
          }
          const requestId = idOf(request)
          const answer = (json: string | undefined) =>
            json === undefined ? handOver() : sendJson(response, requestId(), json)
          const input = readInput(body)
          if (input === undefined) handOver()
          else ask({ request, input, requestId, answer })
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

/** The verdicts on questions, in their order; none at all when the database cannot be read. */
function decideTogether(ctx: Context, asked: Question[]): MaybePromise<string | undefined>[] {
  const findService = oncePerToken(ctx)
  try {
    return ctx.database.readsTogether(() =>
      asked.map((question) => decideOn(ctx, question, findService)),
    )
  } catch {
    return [] // the route meets the outage again, and answers 503
  }
}

type FindService = (request: IncomingMessage) => MaybePromise<ServicePrincipal | undefined>

/** Finds the service of each request, reading each token once. */
function oncePerToken(ctx: Context): FindService {
  const found = new Map<string, MaybePromise<ServicePrincipal | undefined>>()
  return ({ headers, socket }) => {
    const header = headers.authorization ?? ''
    if (!found.has(header)) {
      const token = bearerToken(header)
      const trace = { ip: peerIp(socket), userAgent: null, requestId: null }
      const service =
        typeof token === 'string' ? undefined : findServicePrincipal(ctx, token.text, trace)
      found.set(header, service)
    }
    return found.get(header)
  }
}

/** The verdict as JSON, or undefined when the route has to answer, such as for an outage. */
function decideOn(
  ctx: Context,
  { request, input, requestId }: Question,
  findService: FindService,
): MaybePromise<string | undefined> {
  try {
    return whenReady(findService(request), (service) => {
      if (!service?.scopes.includes(SCOPE)) return undefined
      return input.session === undefined
        ? whenReady(judgeFor(ctx, service, input, requestId), verdictJson)
        : whenReady(judgeWithCopyFor(ctx, service, input, requestId), verdictWithCopyJson)
    })
  } catch {
    return undefined // the route meets the same error, and answers it
  }
}

function readInput(body: Buffer): VerifyInput | undefined {
  if (!isUtf8(body)) return undefined
  let input: unknown
  try {
    input = JSON.parse(body.toString())
  } catch {
    return undefined
  }
  return isKeyAlone(input) ? input : VerifyInput.safeParse(input).data
}

/** The most common question, recognized without a schema. */
function isKeyAlone(input: unknown): input is { key: string; session?: undefined } {
  if (typeof input !== 'object' || input === null) return false
  for (const name in input) if (name !== 'key') return false
  return 'key' in input && Object.hasOwn(input, 'key') && typeof input.key === 'string'
}
