export type Alarm = {
  /** Rings at that monotonic time, unless it was set for an earlier one. */
  setFor(ms: number): void
  clear(): void
}

/** One timer for the earliest of several times. It rings once, and is to be set again. */
export function makeAlarm(ring: () => void): Alarm {
  let timer: NodeJS.Timeout | undefined
  let ringsAtMs = Infinity

  return {
    setFor(ms) {
      if (ringsAtMs <= ms) return
      clearTimeout(timer)
      ringsAtMs = ms
      const delayMs = Math.max(0, Math.ceil(ms - performance.now()))
      timer = setTimeout(() => {
        ringsAtMs = Infinity
        ring()
      }, delayMs)
    },
    clear: () => clearTimeout(timer),
  }
}
