import { useEffect, useRef, type RefObject } from 'react'

type Focusable = Element | null

/**
 * Gives the focus back once a dialog is gone.
 *
 * @param fallback gets it when what had it has left the page
 * @returns a ref to what will get it; set it to null to choose the fallback
 */
export function useReturnFocus(returnTo: Focusable, fallback?: RefObject<HTMLElement | null>) {
  const target = useRef(returnTo)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    clearTimeout(timer.current)
    return () => {
      // The dialog's own focus trap must be gone first.
      timer.current = setTimeout(() => {
        const element = target.current?.isConnected ? target.current : fallback?.current
        if (element instanceof HTMLElement) element.focus({ preventScroll: true })
      })
    }
  }, [fallback])
  return target
}
