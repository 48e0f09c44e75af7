import { useState } from 'react'

/** The value from before it was held, if there was one: nothing behind a dialog moves. */
export function useHeld<T>(value: T, isHeld: boolean): T {
  const [before, setBefore] = useState(value)
  if (isHeld && before !== undefined) return before
  if (before !== value) setBefore(value)
  return value
}
