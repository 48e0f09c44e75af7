/** How large the next slice of each budget is to be. */
export type SliceSizes = { next(budgetNumber: number): number }

const SLICE_MS = 100
// A first question, or one after a pause, says nothing about what follows.
const MAX_GROWTH = 8
const MAX_KNOWN = 10_000

/** Sizes by how soon the slice before was used up; forgets all when too many budgets are known. */
export function sliceSizes(clockMs: () => number = () => performance.now()): SliceSizes {
  const known = new Map<number, { units: number; atMs: number }>()
  return {
    next(budgetNumber) {
      const atMs = clockMs()
      const before = known.get(budgetNumber)
      const units = before ? sizeAfter(before.units, atMs - before.atMs) : 1
      if (known.size >= MAX_KNOWN && before === undefined) known.clear()
      known.set(budgetNumber, { units, atMs })
      return units
    },
  }
}

/** Enough for the next tenth of a second, where so many lasted for so long. */
function sizeAfter(units: number, lastedMs: number): number {
  const used = ((units + 1) * SLICE_MS) / Math.max(1, lastedMs)
  return Math.ceil(Math.min(used, units * MAX_GROWTH))
}
