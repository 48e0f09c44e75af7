// Faults while keys are revoked: nodes are killed, and so is the database.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Random } from '../../testkit/load/random.ts'

export type FaultOptions = {
  /** Nodes that are killed and started again, one after another. */
  kills?: number | undefined
  databaseRestarts?: number | undefined
  /** Ends the database as a power cut would, and starts it again. */
  restartDatabase?: (() => Promise<void>) | undefined
}

type Load = {
  /** How much of the run is done, from 0 to 1. */
  progress(): number
  restart(at: number, signal: 'SIGKILL'): Promise<void>
  nodes: number
  signal: AbortSignal
}

const LOOK_MS = 5

export function hasFaults({ kills = 0, databaseRestarts = 0 }: FaultOptions): boolean {
  return kills + databaseRestarts > 0
}

/** Breaks one thing after another, spread evenly over the run; resolves when all are whole again. */
export async function breakThings(
  { kills = 0, databaseRestarts = 0, restartDatabase }: FaultOptions,
  { progress, restart, nodes, signal }: Load,
  random: Random,
): Promise<void> {
  const kill = () => restart(random.between(0, nodes - 1), 'SIGKILL')
  const faults = [
    ...Array.from({ length: kills }, () => kill),
    ...Array.from({ length: databaseRestarts }, () => restartDatabase!),
  ]
  const count = faults.length
  for (let done = 0; done < count; done++) {
    while (progress() < (done + 1) / (count + 1) && !signal.aborted) await sleep(LOOK_MS)
    if (signal.aborted) return
    const [breakOne] = faults.splice(random.between(0, faults.length - 1), 1)
    await breakOne!()
  }
}
