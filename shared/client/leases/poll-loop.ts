import { LEASE_MS } from '../../src/verification/lease-times.ts'
import type { LeaseAnswer, LeasePoll } from '../../src/verification/leases.ts'
import type { Post } from '../service/connection.ts'
import type { Incident } from '../service/incidents.ts'
import { readAnswer } from '../service/read-answer.ts'
import type { Clock } from './clock.ts'
import type { LeaseHolder } from './lease-holder.ts'
import { readLeaseAnswer } from './read-lease.ts'

const PATH = '/api/auth/lease'
const SHORTEST_PAUSE_MS = 50
const LONGEST_PAUSE_MS = 2000
/** After the service refused the token, or knew no leases, as one of an earlier version. */
const REFUSED_PAUSE_MS = 10_000

export type PollLoop = {
  /** Resolves with the first lease, or when it is known that there is none for now. */
  ready: Promise<void>
  /** Resolves when the service knows that this verifier judges no more, or cannot be told. */
  close(): Promise<void>
}

/** Keeps a lease: polls, and polls again as soon as there is an answer. */
export function startPolling(
  holder: LeaseHolder,
  post: Post,
  clock: () => Clock,
  report: (incident: Incident) => void,
): PollLoop {
  const state = { isClosed: false }
  let endPause: (() => void) | undefined
  let isReady: () => void = () => {}
  const ready = new Promise<void>((resolve) => (isReady = resolve))
  const ended = run()

  async function run(): Promise<void> {
    let pauses = 0
    while (!state.isClosed) {
      const { number, body } = holder.poll(clock())
      const result = await send(body)
      if (result.type === 'answer') holder.answered(number, result.answer, clock())
      if (result.type === 'refused') refuse(result.status)
      isReady()
      if (state.isClosed) break
      const isLeased = result.type === 'answer' && result.answer.leaseMs > 0
      pauses = isLeased ? 0 : pauses + 1
      // At once after the first failure, which may be a connection that was closed while idle, and
      // after an answer that only renews nothing: the next poll confirms it.
      if (result.type === 'refused') await pause(REFUSED_PAUSE_MS)
      else if (pauses > 1) await pause(Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** pauses))
    }
    while (holder.hasMoreUses()) {
      const { number, body } = holder.poll(clock())
      const result = await send(body)
      if (result.type !== 'answer') break
      holder.answered(number, result.answer, clock())
    }
    await send(holder.stop(clock()))
  }

  function refuse(status: number): void {
    holder.refused()
    if (status === 401 || status === 403)
      report({
        type: 'misconfigured',
        message: `The service token may not verify keys (${status})`,
      })
  }

  /** Once: asked again, a poll is another one, so that its batch is known to be sent again. */
  async function send(body: LeasePoll): Promise<Result> {
    const deadline = new AbortController()
    const timer = setTimeout(() => deadline.abort(), LEASE_MS)
    const poll = crypto.randomUUID()
    try {
      const head = await post(PATH, JSON.stringify({ ...body, poll }), deadline.signal)
      const answer = readAnswer({ status: head.status, text: await head.text() })
      if (answer.type === 'refused') return answer
      const read = answer.type === 'body' ? readLeaseAnswer(answer.json) : undefined
      // The answer to another poll, from a cache or a connection that lost its order, would renew a
      // lease that the service knows nothing of.
      const isOurs = read !== undefined && (read.poll === undefined || read.poll === poll)
      return isOurs ? { type: 'answer', answer: read } : { type: 'none' }
    } catch {
      return { type: 'none' }
    } finally {
      clearTimeout(timer)
    }
  }

  /** Not all verifiers for the same time. */
  async function pause(longestMs: number): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestMs * (0.5 + Math.random() / 2))
      endPause = () => {
        clearTimeout(timer)
        resolve()
      }
    })
    endPause = undefined
  }

  return {
    ready,
    close() {
      state.isClosed = true
      endPause?.()
      return ended
    },
  }
}

type Result =
  | { type: 'answer'; answer: LeaseAnswer }
  | { type: 'refused'; status: number }
  | { type: 'none' }
