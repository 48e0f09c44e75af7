import { useEffect, useRef, type RefObject } from 'react'

/**
 * Gives the focus back as soon as a dialog is gone, unless something else has it by then.
 *
 * @param fallback gets the focus when `returnTo` is the page itself, or has left it
 * @returns a ref to the element that will get it; set it to null to choose the fallback
 */
export function useReturnFocus(
  returnTo: Element | null,
  fallback?: RefObject<HTMLElement | null>,
): RefObject<Element | null> {
  const target = useRef(returnTo)
  // When an effect's cleanup runs, the dialog has left the page and has no focus to lose. A timer
  // would be too late: browsers put timers off after a key, so the next key could come first.
  useEffect(() => () => giveFocus(target.current, fallback?.current), [fallback])
  return target
}

function giveFocus(target: Element | null, fallback: HTMLElement | null | undefined) {
  if (document.activeElement !== null && document.activeElement !== document.body) return
  const element = target?.isConnected && target !== document.body ? target : fallback
  if (element instanceof HTMLElement) element.focus({ preventScroll: true })
}
