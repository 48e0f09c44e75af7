import type { Outcome } from '@zentrix/shared/verification/outcomes.ts'
import type { Folding } from '../../../store/usage/plan-folding.ts'
import type { RefusedUse, UsageBatch } from '../../../store/usage/batch.ts'
import { gatheredUses, type CountedKey, type CountOfUses } from './gathered-uses.ts'
import { refusalBook } from './refusal-book.ts'

/** The destination of batches. */
export type UsageSink = {
  /** Resolves when the batch is on the disk, or in the database server. */
  write(batch: UsageBatch): Promise<void>
  /**
   * Resolves when all written batches can be read from the table of usage.
   *
   * @param isDoubted a reader has met damage: checks the file, and replaces it if it is damaged
   */
  merge(isDoubted: boolean): Promise<void>
  /** Runs `work`, which folds old rows, unless another process is already folding. */
  foldAlone(work: (folding: Folding) => Promise<void>): Promise<void>
  close(): Promise<void>
}

export type UsageLog = {
  /** Notes a use; an `outcome` of VALID also moves the key's last use. */
  record(key: CountedKey, outcome: Outcome, atMs: number, ip: string | null): void
  /** Notes `count` uses that a verifier has counted; the last of them was at `atMs`. */
  recordCounted(key: CountedKey, outcome: Outcome, uses: CountOfUses): void
  /** Notes why a use was refused, beside its count. */
  recordRefusal(refusal: RefusedUse): void
  recordServiceToken(id: string, atMs: number, ip: string | null): void
  /** Hands the noted uses to the sink. */
  handOver(): void
  /** The same, and resolves when all of them can be read. */
  flush(isDoubted?: boolean): Promise<void>
  /** The sink's own. */
  foldAlone: UsageSink['foldAlone']
  /** Flushes a last time; uses that cannot be written within 5 seconds are lost. */
  close(): Promise<void>
  /** The age of the oldest unwritten use; 0 without one. */
  lagMs(): number
  /** The number of uses that were dropped because they could not be written for too long. */
  dropped(): number
}

// At 40,000 requests a second, enough for some seconds without writing.
const MAX_BATCHES_WAITING = 8
const CLOSE_PATIENCE_MS = 5000

/** Notes uses in bounded memory, and hands them to a sink in batches. */
export function usageLog(sink: UsageSink): UsageLog {
  const gathered = gatheredUses()
  const refusals = refusalBook()
  // Batches on their way, with the moment at which they were handed over.
  const writing = new Map<Promise<void>, number>()
  let droppedCount = 0

  function handOver(): void {
    const refused = refusals.take()
    const batch = gathered.take()
    if (batch === undefined) return
    if (writing.size >= MAX_BATCHES_WAITING) {
      droppedCount += batch.count
      for (const { count } of batch.counted) droppedCount += count
      return
    }
    const written = sink
      .write({ ...batch, refusals: refused })
      .finally(() => writing.delete(written))
    writing.set(written, Date.now())
  }

  return {
    record(key, outcome, atMs, ip) {
      if (gathered.note(key, outcome, atMs, ip)) handOver()
    },
    recordCounted(key, outcome, uses) {
      if (gathered.noteCounted(key, outcome, uses)) handOver()
    },
    recordRefusal: (refusal) => refusals.note(refusal),
    recordServiceToken: (id, atMs, ip) => gathered.noteServiceToken(id, atMs, ip),
    handOver,
    async flush(isDoubted = false) {
      handOver()
      await Promise.all(writing.keys())
      await sink.merge(isDoubted)
    },
    foldAlone: (work) => sink.foldAlone(work),
    async close() {
      handOver()
      const overdue = setTimeout(() => void sink.close(), CLOSE_PATIENCE_MS)
      await Promise.all(writing.keys())
      clearTimeout(overdue)
      await sink.close()
    },
    lagMs() {
      const [oldest = Date.now()] = writing.values()
      return Date.now() - oldest
    },
    dropped: () => droppedCount,
  }
}
