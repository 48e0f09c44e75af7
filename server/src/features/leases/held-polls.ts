import type { LeaseAnswer } from '@zentrix/shared/verification/leases.ts'
import { asError } from '../../lib/caught.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { LeaseBook } from './lease-book.ts'
import type { Due } from './lease-session.ts'
import type { OnGone } from './leases.ts'
import { noSession } from './sessions/session-answers.ts'

/** Polls without an answer yet, by the ids that the book has for them. */
export type HeldPolls = {
  isEmpty(): boolean
  add(id: number, reply: PromiseWithResolvers<LeaseAnswer>, onGone: OnGone): void
  answer(due: Due[]): void
  /** Refuses them all: a service that cannot read the log must not renew a lease. */
  failAll(error: unknown): void
}

export function heldPolls(book: LeaseBook, { leases }: Metrics): HeldPolls {
  const held = new Map<number, PromiseWithResolvers<LeaseAnswer>>()

  return {
    isEmpty: () => held.size === 0,
    add(id, reply, onGone) {
      held.set(id, reply)
      onGone(() => {
        if (!held.has(id)) return // it was answered
        book.gone(id)
        reply.resolve(noSession(book.head(), null)) // nobody reads it
        held.delete(id)
      })
    },
    answer(due) {
      for (const { id, answer } of due) {
        if (answer.leaseMs > 0) leases.granted++
        held.get(id)?.resolve(answer)
        held.delete(id)
      }
    },
    failAll(error) {
      for (const [id, { reject }] of held) {
        book.gone(id)
        reject(asError(error))
      }
      held.clear()
    },
  }
}
