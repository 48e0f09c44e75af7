import { useEffect, useRef, type RefObject } from 'react'

/**
 * Gives the focus back when a dialog is gone.
 *
 * @param fallback gets the focus when `returnTo` has left the page
 * @returns a ref to the element that will get it; set it to null to choose the fallback
 */
export function useReturnFocus(
  returnTo: Element | null,
  fallback?: RefObject<HTMLElement | null>,
): RefObject<Element | null> {
  const target = useRef(returnTo)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    clearTimeout(timer.current)
    return () => {
      timer.current = focusLater(target, fallback)
    }
  }, [fallback])
  return target
}

// Later, because the dialog's own focus trap must be gone first.
function focusLater(
  target: RefObject<Element | null>,
  fallback: RefObject<HTMLElement | null> | undefined,
) {
  return setTimeout(() => {
    const element = target.current?.isConnected ? target.current : fallback?.current
    if (element instanceof HTMLElement) element.focus({ preventScroll: true })
  })
}
