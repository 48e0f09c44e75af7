import { useEffect, useEffectEvent, useState, type RefObject } from 'react'
import { copyShown } from '../../lib/copy-text.ts'

export type CopyState = 'idle' | 'copied' | 'manual'

/**
 * Copies text that an element shows. If the browser refuses, the text stays selected, and copying it
 * by hand counts as well.
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
    if (await copyShown(text, shown.current)) succeed()
    else setState('manual')
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
