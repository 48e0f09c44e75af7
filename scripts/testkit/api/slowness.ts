const ROUNDS = 40
// The time of a round on the machine for which the limits were written, with nothing beside it.
const QUIET_MS = 0.5

const rows = Array.from({ length: 1000 }, (_, at) => ({ id: `key_${at}`, label: `Key ${at}`, at }))

/**
 * How many times as long as usual work takes on this machine just now, at least 1: by so much a
 * limit in milliseconds is longer here.
 */
export function slowness(): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now()
    JSON.parse(JSON.stringify(rows))
    return performance.now() - startedAt
  })
  const mean = times.reduce((sum, ms) => sum + ms, 0) / ROUNDS
  return Math.max(1, mean / QUIET_MS)
}
