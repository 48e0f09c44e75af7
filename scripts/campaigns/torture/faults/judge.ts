import { headerOf, type Answer } from '../../../testkit/load/connection.ts'
import type { Effect } from './fault.ts'

export const ANSWER_WITHIN_MS = 10_000

/** A key whose making was acknowledged. */
export type HeldKey = {
  id: string
  secret: string
  /** When a revocation was first asked for; undefined if never. */
  revokingMs?: number
  /** When that was acknowledged. */
  revokedMs?: number
}

/** The outcome expected of calls from a moment on. */
export type Phase = {
  name: string
  fromMs: number
  verifications: Effect
  changes: Effect
  lists: Effect
}

export type CallKind = 'verifications' | 'changes' | 'lists'

/** The fault in the form or the time of an answer; undefined when there is none. */
export function faultOfForm(answer: Answer, good: number[]): string | undefined {
  const { status, body, startMs, endMs } = answer
  const tookMs = Math.round(endMs - startMs)
  if (tookMs > ANSWER_WITHIN_MS) return `took ${tookMs} ms`
  if (good.includes(status)) return undefined
  if (status !== 503) return `was answered ${status} ${body}`
  const { code, requestId } = JSON.parse(body) as { code?: string; requestId?: string }
  const isInShape = code === 'UNAVAILABLE' && requestId === headerOf(answer, 'X-Request-Id')
  return isInShape ? undefined : `a 503 in another shape: ${body}`
}

/** Whether an answer contradicts what the fault should have done to a call that began in its phase. */
export function faultOfEffect(
  { status, startMs }: Answer,
  kind: CallKind,
  phase: Phase,
): string | undefined {
  if (startMs < phase.fromMs) return undefined
  const effect = phase[kind]
  if (effect === 'fails' && status !== 503) return `went well (${status}) though it could not`
  if (effect === 'works' && status === 503) return 'failed though it could be done'
  return undefined
}

/** Whether saying that a key is good, or that it was revoked, contradicts its history. */
export function faultOfVerdict(
  key: HeldKey,
  isAccepted: boolean,
  { startMs, endMs }: Answer,
): string | undefined {
  if (isAccepted && key.revokedMs !== undefined && key.revokedMs < startMs)
    return 'accepted a revoked key'
  if (!isAccepted && (key.revokingMs === undefined || key.revokingMs > endMs))
    return 'refused a good key'
  return undefined
}
