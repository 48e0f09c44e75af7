import { startTransition, useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react'

// About one screen ahead, so that nobody scrolls into a gap.
const MARGIN = '1000px 0px'

export type Nearness = { isNear: true } | { isNear: false; heightPx: number }

/**
 * Whether an element is on the screen or about to be, and how high it was when it last was.
 *
 * @param first what to believe until the browser has looked
 */
export function useNearScreen<E extends HTMLElement>(
  first: Nearness,
  onChange: (isNear: boolean) => void,
): [RefObject<E | null>, Nearness] {
  const element = useRef<E>(null)
  const [nearness, setNearness] = useState(first)
  const change = useEffectEvent(({ isIntersecting, boundingClientRect, target }: Entry) => {
    onChange(isIntersecting)
    // In slices, so that drawing what comes next does not hold up the scrolling.
    if (isIntersecting) startTransition(() => setNearness({ isNear: true }))
    // What has the focus stays, however far away.
    else if (!target.contains(document.activeElement))
      setNearness({ isNear: false, heightPx: boundingClientRect.height })
  })
  const leave = useEffectEvent(() => onChange(false))
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => change(entries.at(-1)!), {
      rootMargin: MARGIN,
    })
    observer.observe(element.current!)
    return () => {
      observer.disconnect()
      leave()
    }
  }, [])
  return [element, nearness]
}

type Entry = Pick<IntersectionObserverEntry, 'isIntersecting' | 'boundingClientRect' | 'target'>
