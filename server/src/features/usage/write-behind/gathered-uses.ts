import { outcomes, type Outcome } from '@zentrix/shared/verification/outcomes.ts'
import { environments } from '@zentrix/shared/keys/environments.ts'
import type { CountedUses, KeyOwner, UsageBatch } from '../../../store/usage/batch.ts'
import { recordOf } from '../../../lib/typed.ts'

/** The dimensions by which the uses of a key are counted. */
export type CountedKey = KeyOwner & { number: number }

/** A verifier's report of the uses that it has counted. */
export type CountOfUses = Pick<CountedUses, 'count' | 'atMs' | 'ip'>

/** Uses in memory. `note` and `noteCounted` return whether the batch is full and must be taken. */
export type GatheredUses = {
  note(key: CountedKey, outcome: Outcome, atMs: number, ip: string | null): boolean
  noteCounted(key: CountedKey, outcome: Outcome, uses: CountOfUses): boolean
  noteServiceToken(id: string, atMs: number, ip: string | null): void
  /** The uses since the last batch, without refusals; undefined where there are none. */
  take(): Omit<UsageBatch, 'refusals'> | undefined
}

const BATCH_CAPACITY = 65_536
const MAX_COUNTED = 10_000

const positions = recordOf(outcomes, (_, at) => at)
const environmentNumbers = recordOf(environments, (_, at) => at)

/** Gathers uses in columns that are filled again and again; a batch is a copy of their filled part. */
export function gatheredUses(): GatheredUses {
  const keyNumbers = new Float64Array(BATCH_CAPACITY)
  const timesMs = new Float64Array(BATCH_CAPACITY)
  const outcomeNumbers = new Uint8Array(BATCH_CAPACITY)
  const ipNumbers = new Int32Array(BATCH_CAPACITY)
  const ownerNumbers = new Int32Array(BATCH_CAPACITY)
  let count = 0
  let ips = numbered<string | null>([null])
  let organizationIds = numbered<string>([])
  let counted: CountedUses[] = []
  let serviceTokens = new Map<string, UsageBatch['serviceTokens'][number]>()

  function ownerOf({ organizationId, environment }: KeyOwner): number {
    const number = organizationIds.numberOf(organizationId)
    return number * environments.length + environmentNumbers[environment]
  }

  function empty(): void {
    count = 0
    ips = numbered<string | null>([null])
    organizationIds = numbered<string>([])
    counted = []
    serviceTokens = new Map()
  }

  return {
    note(key, outcome, atMs, ip) {
      const at = count++
      keyNumbers[at] = key.number
      ownerNumbers[at] = ownerOf(key)
      timesMs[at] = atMs
      outcomeNumbers[at] = positions[outcome]
      ipNumbers[at] = ips.numberOf(ip)
      return count === BATCH_CAPACITY
    },
    noteCounted({ number: keyNumber, organizationId, environment }, outcome, uses) {
      const owner = { organizationId, environment }
      counted.push({ keyNumber, ...owner, outcome: positions[outcome], ...uses })
      return counted.length === MAX_COUNTED
    },
    noteServiceToken(id, atMs, ip) {
      serviceTokens.set(id, [id, atMs, ip])
    },
    take() {
      if (count + counted.length + serviceTokens.size === 0) return undefined
      const batch = {
        count,
        keyNumbers: keyNumbers.slice(0, count),
        timesMs: timesMs.slice(0, count),
        outcomes: outcomeNumbers.slice(0, count),
        ipNumbers: ipNumbers.slice(0, count),
        ips: ips.values,
        ownerNumbers: ownerNumbers.slice(0, count),
        organizationIds: organizationIds.values,
        counted,
        serviceTokens: [...serviceTokens.values()],
      }
      empty()
      return batch
    },
  }
}

/** Values, each of which is named by its position; the same value has the same number. */
function numbered<Value>(values: Value[]) {
  const numbers = new Map(values.map((value, at) => [value, at]))
  return {
    values,
    numberOf(value: Value): number {
      let number = numbers.get(value)
      if (number === undefined) {
        number = values.push(value) - 1
        numbers.set(value, number)
      }
      return number
    },
  }
}
