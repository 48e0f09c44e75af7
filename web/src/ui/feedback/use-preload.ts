import { useEffect, useEffectEvent } from 'react'

const PRELOAD_AFTER_MS = 4000

/** Loads dialogs after all that the page itself needs, and before the network may be gone. */
export function usePreload(preloads: (() => void)[]) {
  const load = useEffectEvent(() => {
    for (const preload of preloads) preload()
  })
  useEffect(() => {
    const timer = setTimeout(load, PRELOAD_AFTER_MS)
    return () => clearTimeout(timer)
  }, [])
}
