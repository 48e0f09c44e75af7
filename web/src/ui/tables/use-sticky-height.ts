import { useEffect, useRef, type RefObject } from 'react'

/**
 * For what stays at the top of the screen while a table below it scrolls: says how high it is, so
 * that the heads of the table stay right below.
 */
export function useStickyHeight(): RefObject<HTMLDivElement | null> {
  const bar = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const { style } = document.documentElement
    const observer = new ResizeObserver(() =>
      style.setProperty('--sticky-height', `${bar.current?.offsetHeight ?? 0}px`),
    )
    if (bar.current !== null) observer.observe(bar.current)
    return () => {
      observer.disconnect()
      style.removeProperty('--sticky-height')
    }
  }, [])
  return bar
}
