import { outcomes, type Outcome } from '@zentrix/shared/verification/outcomes.ts'
import type { Folding } from '../../../store/usage/plan-folding.ts'
import { environments } from '@zentrix/shared/keys/environments.ts'
import type { CountedUses, KeyOwner, RefusedUse, UsageBatch } from '../../../store/usage/batch.ts'
import { recordOf } from '../../../lib/typed.ts'
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

/** What the uses of a key are counted by. */
export type CountedKey = KeyOwner & { number: number }

export type UsageLog = {
  /** Notes a use; an `outcome` of VALID also moves the key's last use. */
  record(key: CountedKey, outcome: Outcome, atMs: number, ip: string | null): void
  /** Notes `count` uses that a verifier has counted; the last of them was at `atMs`. */
  recordCounted(
    key: CountedKey,
    outcome: Outcome,
    uses: Pick<CountedUses, 'count' | 'atMs' | 'ip'>,
  ): void
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

const BATCH_CAPACITY = 65_536
const MAX_COUNTED = 10_000
// At 40,000 requests a second, enough for some seconds without writing.
const MAX_BATCHES_WAITING = 8
const CLOSE_PATIENCE_MS = 5000

const positions = recordOf(outcomes, (_, at) => at)
const environmentNumbers = recordOf(environments, (_, at) => at)

function emptyBatch(): UsageBatch {
  return {
    count: 0,
    keyNumbers: new Float64Array(BATCH_CAPACITY),
    timesMs: new Float64Array(BATCH_CAPACITY),
    outcomes: new Uint8Array(BATCH_CAPACITY),
    ipNumbers: new Int32Array(BATCH_CAPACITY),
    ownerNumbers: new Int32Array(BATCH_CAPACITY),
    organizationIds: [],
    ips: [null],
    counted: [],
    refusals: [],
    serviceTokens: [],
  }
}

/** A copy of the noted uses, so that the batch can be filled again. */
function filledPart(
  { count, ...batch }: UsageBatch,
  serviceTokens: Map<string, [atMs: number, ip: string | null]>,
  refusals: RefusedUse[],
): UsageBatch {
  return {
    count,
    keyNumbers: batch.keyNumbers.slice(0, count),
    timesMs: batch.timesMs.slice(0, count),
    outcomes: batch.outcomes.slice(0, count),
    ipNumbers: batch.ipNumbers.slice(0, count),
    ips: batch.ips,
    ownerNumbers: batch.ownerNumbers.slice(0, count),
    organizationIds: batch.organizationIds,
    counted: batch.counted,
    refusals,
    serviceTokens: [...serviceTokens].map(([id, [atMs, ip]]) => [id, atMs, ip]),
  }
}

/** Notes uses in bounded memory, and hands them to a sink in batches. */
export function usageLog(sink: UsageSink): UsageLog {
  const batch = emptyBatch()
  let ipNumbers = new Map<string, number>()
  let organizationNumbers = new Map<string, number>()
  let serviceTokens = new Map<string, [atMs: number, ip: string | null]>()
  // Batches on their way, with the moment at which they were handed over.
  const writing = new Map<Promise<void>, number>()
  let droppedCount = 0
  const refusals = refusalBook()

  function handOver(): void {
    const refused = refusals.take()
    if (batch.count + batch.counted.length + serviceTokens.size === 0) return
    if (writing.size >= MAX_BATCHES_WAITING) {
      droppedCount += batch.count
      for (const { count } of batch.counted) droppedCount += count
    } else {
      const written = sink
        .write(filledPart(batch, serviceTokens, refused))
        .finally(() => writing.delete(written))
      writing.set(written, Date.now())
    }
    batch.count = 0
    batch.ips = [null]
    batch.counted = []
    ipNumbers = new Map()
    batch.organizationIds = []
    organizationNumbers = new Map()
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

  function ownerOf({ organizationId, environment }: KeyOwner): number {
    let number = organizationNumbers.get(organizationId)
    if (number === undefined) {
      number = batch.organizationIds.push(organizationId) - 1
      organizationNumbers.set(organizationId, number)
    }
    return number * environments.length + environmentNumbers[environment]
  }

  return {
    record(key, outcome, atMs, ip) {
      const at = batch.count++
      batch.keyNumbers[at] = key.number
      batch.ownerNumbers[at] = ownerOf(key)
      batch.timesMs[at] = atMs
      batch.outcomes[at] = positions[outcome]
      batch.ipNumbers[at] = numberOf(ip)
      if (batch.count === BATCH_CAPACITY) handOver()
    },
    recordCounted({ number: keyNumber, organizationId, environment }, outcome, uses) {
      const owner = { organizationId, environment }
      const count = batch.counted.push({
        keyNumber,
        ...owner,
        outcome: positions[outcome],
        ...uses,
      })
      if (count === MAX_COUNTED) handOver()
    },
    recordRefusal: (refusal) => refusals.note(refusal),
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
