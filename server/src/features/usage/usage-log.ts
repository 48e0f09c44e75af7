import { outcomes, type Outcome } from '@zentrix/shared/schemas/usage.ts'
import type { FoldRows } from '../../store/usage/plan-folding.ts'
import type { UsageBatch } from '../../store/usage/batch.ts'

/** Where batches go. */
export type UsageSink = {
  /** Resolves when the batch is on the disk, or in the database server. */
  write(batch: UsageBatch): Promise<void>
  /**
   * Resolves when all that was written can be read from the table of usage. Where a reader has met
   * damage, the file is looked through, and begun anew if it is the damaged one.
   */
  merge(isDoubted: boolean): Promise<void>
  /** Lets `work` fold old rows, unless another process is at it: then nothing is done. */
  foldAlone(work: (foldRows: FoldRows) => Promise<void>): Promise<void>
  close(): Promise<void>
}

export type UsageLog = {
  /** Notes a use; `outcome` VALID moves when the key was last used. */
  record(keyNumber: number, outcome: Outcome, atMs: number, ip: string | null): void
  recordServiceToken(id: string, atMs: number, ip: string | null): void
  /** Hands over what was noted. */
  handOver(): void
  /** The same, and resolves when all of it can be read. */
  flush(isDoubted?: boolean): Promise<void>
  /** As of the sink. */
  foldAlone: UsageSink['foldAlone']
  /** Flushes a last time; what still cannot be written after 5 seconds is lost. */
  close(): Promise<void>
  /** How long the oldest use has waited to be written; 0 when none waits. */
  lagMs(): number
  /** Uses that were thrown away because they could not be written for too long. */
  dropped(): number
}

const BATCH_CAPACITY = 65_536
// At 40,000 requests a second, some seconds in which nothing can be written.
const MAX_BATCHES_WAITING = 8
const CLOSE_PATIENCE_MS = 5000

const positions = Object.fromEntries(outcomes.map((outcome, at) => [outcome, at])) as Record<
  Outcome,
  number
>

function emptyBatch(): UsageBatch {
  return {
    count: 0,
    keyNumbers: new Float64Array(BATCH_CAPACITY),
    timesMs: new Float64Array(BATCH_CAPACITY),
    outcomes: new Uint8Array(BATCH_CAPACITY),
    ipNumbers: new Int32Array(BATCH_CAPACITY),
    ips: [null],
    serviceTokens: [],
  }
}

/** A copy of what was noted, so that the room for it is used again. */
function filledPart(
  { count, ...batch }: UsageBatch,
  serviceTokens: Map<string, [atMs: number, ip: string | null]>,
): UsageBatch {
  return {
    count,
    keyNumbers: batch.keyNumbers.slice(0, count),
    timesMs: batch.timesMs.slice(0, count),
    outcomes: batch.outcomes.slice(0, count),
    ipNumbers: batch.ipNumbers.slice(0, count),
    ips: batch.ips,
    serviceTokens: [...serviceTokens].map(([id, [atMs, ip]]) => [id, atMs, ip]),
  }
}

/** Notes uses in memory of bounded size, and hands them to a sink in batches. */
export function usageLog(sink: UsageSink): UsageLog {
  const batch = emptyBatch()
  let ipNumbers = new Map<string, number>()
  let serviceTokens = new Map<string, [atMs: number, ip: string | null]>()
  // What is on its way, with the moment at which it was handed over.
  const writing = new Map<Promise<void>, number>()
  let droppedCount = 0

  function handOver(): void {
    if (batch.count === 0 && serviceTokens.size === 0) return
    if (writing.size >= MAX_BATCHES_WAITING) {
      droppedCount += batch.count
    } else {
      const written = sink
        .write(filledPart(batch, serviceTokens))
        .finally(() => writing.delete(written))
      writing.set(written, Date.now())
    }
    batch.count = 0
    batch.ips = [null]
    ipNumbers = new Map()
    serviceTokens = new Map()
  }

  function numberOf(ip: string | null): number {
    if (ip === null) return 0
    let number = ipNumbers.get(ip)
    if (number === undefined) {
      number = batch.ips.push(ip) - 1
      ipNumbers.set(ip, number)
    }
    return number
  }

  return {
    record(keyNumber, outcome, atMs, ip) {
      const at = batch.count++
      batch.keyNumbers[at] = keyNumber
      batch.timesMs[at] = atMs
      batch.outcomes[at] = positions[outcome]
      batch.ipNumbers[at] = numberOf(ip)
      if (batch.count === BATCH_CAPACITY) handOver()
    },
    recordServiceToken: (id, atMs, ip) => void serviceTokens.set(id, [atMs, ip]),
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
