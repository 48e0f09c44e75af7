import type { Context } from '../features/context.ts'
import { writeFact } from '../store/deployment-facts.ts'
import type { Readiness } from '../http/server/readiness.ts'
import { asError } from '../lib/caught.ts'

const PROBE_TIMEOUT_MS = 2000
// More frequent questions get the result of the same write.
const WRITE_INTERVAL_MS = 1000

export function readinessOf(ctx: Context): Readiness {
  let draining = false
  let probing: Promise<Error | undefined> | undefined
  let wroteAtMs = -Infinity
  let isOut = false

  async function probe(): Promise<Error | undefined> {
    try {
      await assertReads(ctx)
      if (performance.now() - wroteAtMs < WRITE_INTERVAL_MS) return undefined
      await assertWrites(ctx)
      wroteAtMs = performance.now()
      return undefined
    } catch (error) {
      return asError(error)
    }
  }

  /** One line when an outage begins, and one when it is over. */
  function tell(failure: Error | undefined): void {
    if (isOut === (failure !== undefined)) return
    isOut = failure !== undefined
    if (failure) ctx.log.error({ reason: failure.message }, 'not ready: the database fails')
    else ctx.log.info('ready again')
  }

  return {
    startDraining() {
      draining = true
    },
    isDraining: () => draining,
    async isReady() {
      if (draining) return false
      // Many who ask at once share a probe, so that they take no connections from the requests.
      probing ??= probe().finally(() => (probing = undefined))
      const failure = await Promise.race([probing, overdue()])
      tell(failure)
      return failure === undefined
    },
  }
}

/** Asks what verification asks, for a key and a token that nobody has. */
async function assertReads(ctx: Context): Promise<void> {
  const fault = ctx.database.look()
  if (fault) throw fault
  await ctx.lookups.key(nobody)
  await ctx.lookups.serviceToken(nobody)
}

/** A service that cannot write cannot revoke. Only a write notices a full disk. */
async function assertWrites({ db, now }: Context): Promise<void> {
  await writeFact(db, 'probed_at', now())
}

const nobody = 'nobody'

async function overdue(): Promise<Error> {
  await new Promise((resolve) => setTimeout(resolve, PROBE_TIMEOUT_MS).unref())
  return new Error('no answer within 2 seconds')
}
