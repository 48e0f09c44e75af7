import { startTransition, useEffect, useEffectEvent, useRef, useState, type RefObject } from 'react'

// About one screen ahead, so that nobody scrolls into a gap.
const MARGIN = '1000px 0px'

export type Nearness = { isNear: true } | { isNear: false; heightPx: number }

/**
 * Whether an element is on or near the screen, and how high it was when it last was.
 *
 * @param first the value until the browser has measured
 */
export function useNearScreen<E extends HTMLElement>(
  first: Nearness,
  onChange: (isNear: boolean) => void,
): [RefObject<E | null>, Nearness] {
  const element = useRef<E>(null)
  const [nearness, setNearness] = useState(first)
  const change = useEffectEvent(({ isIntersecting, boundingClientRect, target }: Entry) => {
    onChange(isIntersecting)
    // A transition, so that drawing does not hold up the scrolling.
    if (isIntersecting) startTransition(() => setNearness({ isNear: true }))
    // Keep the element that has the focus, however far away.
    else if (!target.contains(document.activeElement))
      setNearness({ isNear: false, heightPx: boundingClientRect.height })
  })
  const leave = useEffectEvent(() => onChange(false))
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => {
        const last = entries.at(-1)
        if (last) change(last)
      },
      { rootMargin: MARGIN },
    )
    if (element.current) observer.observe(element.current)
    return () => {
      observer.disconnect()
      leave()
    }
  }, [])
  return [element, nearness]
}

type Entry = Pick<IntersectionObserverEntry, 'isIntersecting' | 'boundingClientRect' | 'target'>
