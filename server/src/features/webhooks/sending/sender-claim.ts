import { makeRandomId } from '../../../crypto/ids.ts'
import type { Context } from '../../context.ts'
import { claimSending, releaseSending } from './sending.store.ts'

const CLAIM_MS = 5000
const RENEWAL_MS = 1000

/** Says which of several nodes sends. */
export type SenderClaim = {
  /** Whether this node may begin to send. */
  holds(): Promise<boolean>
  release(): Promise<void>
}

/**
 * On PostgreSQL one node at a time sends. It renews its claim every second; if it does not for 5
 * seconds, another node takes over. On SQLite there is one process.
 */
export function senderClaim({ database, db }: Pick<Context, 'database' | 'db'>): SenderClaim {
  if (database.dialect === 'sqlite')
    return { holds: async () => true, release: async () => undefined }
  const node = makeRandomId()
  let askedAtMs = -Infinity
  let isOurs = false
  return {
    async holds() {
      const nowMs = performance.now()
      if (nowMs - askedAtMs < RENEWAL_MS) return isOurs
      // A claim that may not have been renewed does not count.
      isOurs = false
      isOurs = await claimSending(db, node, CLAIM_MS)
      askedAtMs = nowMs
      return isOurs
    },
    async release() {
      if (isOurs) await releaseSending(db, node)
    },
  }
}
