import { useEffect, useEffectEvent, useState, type RefObject } from 'react'
import { copyText, selectContents } from '../../lib/copy-text.ts'

export type CopyState = 'idle' | 'copied' | 'manual'

/**
 * Copies text. If the browser refuses, selects the element that shows it; copying by hand then
 * counts as well.
 */
export function useCopy(
  text: string,
  shown: RefObject<HTMLElement | null>,
  onCopied?: () => void,
): { state: CopyState; copy: () => Promise<void> } {
  const [state, setState] = useState<CopyState>('idle')

  function succeed() {
    setState('copied')
    onCopied?.()
  }

  async function copy() {
    if (await copyText(text)) return succeed()
    if (shown.current) selectContents(shown.current)
    setState('manual')
  }

  const noticeCopy = useEffectEvent(() => {
    if (document.getSelection()?.toString().includes(text)) succeed()
  })
  useEffect(() => {
    const listener = () => noticeCopy()
    document.addEventListener('copy', listener)
    return () => document.removeEventListener('copy', listener)
  }, [])

  return { state, copy }
}
