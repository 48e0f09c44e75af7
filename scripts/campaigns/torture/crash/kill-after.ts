import { setTimeout as sleep } from 'node:timers/promises'
import type { Child, Ended } from '../../../testkit/processes/child.ts'

/** Kills a process after a while, unless it has ended by then. */
export async function killAfter({ process, ended }: Child, afterMs: number): Promise<Ended> {
  const isEnded = new AbortController()
  void ended.then(() => isEnded.abort())
  await sleep(afterMs, undefined, { signal: isEnded.signal }).catch(() => undefined)
  process.kill('SIGKILL')
  return ended
}
