import type { Lateness } from '../../../testkit/load/lateness.ts'
import type { Random } from '../../../testkit/load/random.ts'
import type { Tally } from '../campaign.ts'
import type { Deployment } from './deployment.ts'
import { keptCalls, type KeptCalls } from './kept-calls.ts'
import { keptKeys, type KeptKey, type KeptKeys } from './kept-keys.ts'
import type { KeptMessages } from './kept-messages.ts'
import { oldUses, type OldUses } from './old-uses.ts'

/** A deployment that is killed round by round, and all that is known of what it has to keep. */
export type Crashing = {
  deployment: Deployment
  keys: KeptKeys
  calls: KeptCalls
  /** There once the deployment is prepared. */
  messages: KeptMessages | undefined
  /** Keys that nobody changes, and that are used all the time. */
  always: KeptKey[]
  /** Names of service tokens by the secrets that a command printed. */
  tokens: Map<string, string>
  oldUses: OldUses
  /** The head of the audit log when it was last looked at. */
  auditHead: string | undefined
  lateness: Lateness
  random: Random
  tally: Tally
  /** Notes a broken promise. */
  broken(what: string): void
}

export function crashingOf(
  deployment: Deployment,
  { lateness, random, tally }: Pick<Crashing, 'lateness' | 'random' | 'tally'>,
): Crashing {
  return {
    deployment,
    keys: keptKeys(),
    calls: keptCalls(),
    messages: undefined,
    always: [],
    tokens: new Map(),
    oldUses: oldUses(deployment),
    auditHead: undefined,
    lateness,
    random,
    tally,
    broken: (what) => void tally.violations.push(`${deployment.shape.name}: ${what}`),
  }
}
