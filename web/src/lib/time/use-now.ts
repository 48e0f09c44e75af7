import { useSyncExternalStore } from 'react'

type Clock = { subscribe: (listener: () => void) => () => void; read: () => number }

function makeClock(tickMs: number): Clock {
  let nowMs = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const listeners = new Set<() => void>()

  function tick() {
    nowMs = Date.now()
    for (const listener of listeners) listener()
  }

  return {
    read: () => nowMs,
    subscribe(listener) {
      if (listeners.size === 0) {
        nowMs = Date.now()
        timer = setInterval(tick, tickMs)
      }
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    },
  }
}

const calm = makeClock(15_000)
const counting = makeClock(1000)

/** The time, as one clock that every relative time on the page shares. */
export function useNow(): number {
  return useSyncExternalStore(calm.subscribe, calm.read)
}

/** The time to the second, for what counts down. */
export function useSecond(): number {
  return useSyncExternalStore(counting.subscribe, counting.read)
}
