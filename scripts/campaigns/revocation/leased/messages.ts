// The messages between the run and a verifier's process.

export type WatchedKey = { id: string; secret: string }

export type ToVerifier =
  | { type: 'watch'; key: WatchedKey }
  /** Asks for what was seen of a key, and ends the watch. */
  | { type: 'forget'; id: string }
  | { type: 'close' }

/**
 * A verifier's observation of a key; times are of the machine's monotonic clock, in milliseconds.
 */
export type Seen = {
  type: 'seen'
  id: string
  acceptedByLease: number
  acceptedByService: number
  refused: number
  /** When the last call began that said yes; -1 without one. */
  lastYesMs: number
  /** Calls accepted by a slice of a minute that was over when they began. */
  afterMinute: number
}

export type FromVerifier = { type: 'ready' } | Seen

/** The same clock in every process of the machine. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6
}
