import type { CommitGroup } from './commit-group.ts'

/**
 * Serves turns one after the other. The group goes to the disk when it is full, and when nobody waits
 * for a turn.
 *
 * @returns adds a turn: it is begun when its time has come, and is over when its promise settles
 */
export function turnQueue(group: CommitGroup): (turn: () => Promise<void>) => void {
  const waiting: (() => Promise<void>)[] = []
  let isServing = false

  async function serve(): Promise<void> {
    isServing = true
    for (;;) {
      // Requests that came meanwhile may still join the group.
      if (waiting.length === 0 && !group.isEmpty()) await new Promise(setImmediate)
      if (waiting.length === 0 || group.isFull()) group.settle()
      const turn = waiting.shift()
      if (turn === undefined) break
      await turn()
    }
    isServing = false
  }

  return (turn) => {
    waiting.push(turn)
    if (!isServing) void serve()
  }
}
