import { useSyncExternalStore } from 'react'
import { flushSync } from 'react-dom'

let isPrinting = false
const listeners = new Set<() => void>()

/** Whether the page is put on paper, which shows what is not on the screen too. */
export function useIsPrinting(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => isPrinting,
  )
}

/** From now on the page knows when it is printed: all of it, and dark on white. */
export function watchPrinting(): void {
  const root = document.documentElement
  const paper = window.matchMedia('print')
  let scheme: string | undefined
  const change = (isBegun: boolean) => {
    if (isBegun === isPrinting) return
    isPrinting = isBegun
    // As the component library names the scheme.
    if (isBegun) {
      scheme = root.dataset['mantineColorScheme']
      root.dataset['mantineColorScheme'] = 'light'
    } else if (scheme !== undefined) root.dataset['mantineColorScheme'] = scheme
    // The browser lays the page out as soon as this returns.
    flushSync(() => {
      for (const listener of listeners) listener()
    })
  }
  window.addEventListener('beforeprint', () => change(true))
  window.addEventListener('afterprint', () => change(false))
  paper.addEventListener('change', () => change(paper.matches))
}
