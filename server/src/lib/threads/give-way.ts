import { readlinkSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/** Lets verifications go first where both share a core. Linux has priorities for single threads. */
export function giveWay(): void {
  if (process.platform !== 'linux') return
  try {
    const thread = Number(readlinkSync('/proc/thread-self').split('/').at(-1))
    setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch {
    // A sandbox may hide /proc or forbid this. It is a courtesy, no need.
  }
}
