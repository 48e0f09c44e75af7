import type { KeyHistory } from './history.ts'
import type { Random } from './random.ts'

/** A key that a manager made, and all that was seen of it. */
export type Key = {
  id: string
  secret: string
  history: KeyHistory
  /** Questions whose answers are still to come. */
  underWay: number
}

/** The keys that verify clients choose from. */
export type KeyPool = {
  add(key: Key): void
  /** Draws clients to a key that is being changed, until the function given back is called. */
  focus(key: Key): () => void
  /** Takes a key that has ended off the live ones; it is asked about a while longer. */
  end(key: Key): void
  /** @throws {RangeError} when no key is live */
  choose(random: Random): Key
  /** Gives up every key that is left. */
  drain(): void
}

const MAX_ENDED = 48

/** @param settle is given each key when nobody will ask about it any more */
export function keyPool(settle: (key: Key) => void): KeyPool {
  const live: Key[] = []
  const focused: Key[] = []
  const ended: Key[] = []
  let leaving: Key[] = []

  function settleLeaving(): void {
    leaving = leaving.filter((key) => {
      if (key.underWay > 0) return true
      settle(key)
      return false
    })
  }

  return {
    add: (key) => void live.push(key),
    focus(key) {
      focused.push(key)
      return () => remove(focused, key)
    },
    end(key) {
      remove(live, key)
      ended.push(key)
      if (ended.length > MAX_ENDED) leaving.push(ended.shift()!)
      settleLeaving()
    },
    choose(random) {
      if (focused.length > 0 && random.chance(0.4)) return random.pick(focused)
      if (ended.length > 0 && random.chance(0.2)) return random.pick(ended)
      return random.pick(live)
    },
    drain() {
      leaving.push(...live.splice(0), ...ended.splice(0))
      settleLeaving()
    },
  }
}

function remove(keys: Key[], key: Key): void {
  const at = keys.indexOf(key)
  if (at !== -1) keys.splice(at, 1)
}
