// A verifier and its verdicts: the types that every entry point shares.
import type { VerifyAccepted, VerifyRefused } from '../src/verification/verdict.ts'
import type { UnavailableReason } from './service/exchange.ts'

export type Question = {
  /** All of these must be allowed to the key. */
  scopes?: readonly string[] | undefined
  /** Where the key was presented from; without it a key that has allowed addresses is refused. */
  ip?: string | undefined
  /** Taken from the budget of the minute, 0 to 1000; 1 when absent, 0 only looks. */
  cost?: number | undefined
}

/**
 * No verdict could be had. `valid` is what `onUnavailable` decided; nothing is known of the key,
 * so match the code before reading whom it stands for.
 */
export type Unavailable = { valid: boolean; code: 'UNAVAILABLE'; reason: UnavailableReason }

export type Verdict = (VerifyAccepted | VerifyRefused | Unavailable) & {
  /** Where it was found: in a copy held under a lease, or by asking the service. */
  source: 'lease' | 'service'
  /** The connection was lost, and asking again may have taken the cost a second time. */
  mayBeCountedTwice?: true
}

/** Judges keys by asking the service each time. */
export type VerifyClient = {
  /**
   * Asks whether a key is good as of now. Any string may be asked about.
   *
   * @throws {VerifyConfigurationError} where the service token or the question is wrong, whatever
   *   `onUnavailable` says
   */
  verify(key: string, question?: Question): Promise<Verdict>
}

/** Judges keys in this process while a lease runs, and otherwise by asking the service. */
export type Verifier = VerifyClient & {
  /**
   * The verdict where it can be given without asking; undefined where the service must be asked,
   * and then nothing was taken from any budget.
   *
   * @throws {VerifyConfigurationError} where the question is wrong
   */
  verifyNow(key: string, question?: Question): Verdict | undefined
  /** Resolves when the first lease runs, or when it is known that there will be none for now. */
  readonly ready: Promise<void>
  /** Ends the lease. Later questions are asked of the service. */
  close(): Promise<void>
  stats(): VerifierStats
}

/** Either kind of client; a guard takes both. */
export type GuardClient = VerifyClient & Partial<Pick<Verifier, 'verifyNow'>>

export type VerifierStats = {
  /** Whether a lease runs at this moment. */
  isLeased: boolean
  /** How many keys it holds copies of. */
  copies: number
  /** Verdicts given, by source. */
  fromLease: number
  fromService: number
}
