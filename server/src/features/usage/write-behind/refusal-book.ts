import { MAX_REFUSALS, type RefusedUse } from '../../../store/usage/batch.ts'

// Refusals, handed over every half a second. A flood on one key is its last 50; on more keys
// than these, the refusals that come later in the same half second are counted and not described.
const MAX_NOTED = 2000
const MAX_SCOPE_CHARACTERS = 500_000

export type RefusalBook = {
  note(refusal: RefusedUse): void
  /** Those noted since the last call: of each key the last ones, in their order. */
  take(): RefusedUse[]
}

/** Keeps the last refusals of each key, in bounded memory. */
export function refusalBook(): RefusalBook {
  let byKey = new Map<number, RefusedUse[]>()
  let noted = 0
  let characters = 0

  return {
    note(refusal) {
      if (characters >= MAX_SCOPE_CHARACTERS) return
      for (const scope of refusal.scopes) characters += scope.length
      const ofKey = byKey.get(refusal.keyNumber)
      if (ofKey?.length === MAX_REFUSALS) ofKey.shift()
      else if (noted++ >= MAX_NOTED) return
      if (ofKey === undefined) byKey.set(refusal.keyNumber, [refusal])
      else ofKey.push(refusal)
    },
    take() {
      const taken = [...byKey.values()].flat()
      byKey = new Map()
      noted = 0
      characters = 0
      return taken
    },
  }
}
