import type { MouseEvent } from 'react'
import { useNavigate } from 'react-router'
import { useListSearch, type FromList } from '../list-search.ts'

/**
 * One listener for all rows of the list: a click anywhere on a row opens its key, or chooses it while
 * keys are chosen, except where it means something else.
 */
export function useOpenOnClick(): (event: MouseEvent) => void {
  const navigate = useNavigate()
  const listSearch = useListSearch()
  return (event) => {
    const target = event.target as Element
    const row = target.closest('tr')
    const link = row?.querySelector<HTMLAnchorElement>('a[href]')
    const isModified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey
    if (!link || isModified || target.closest('button, input, [role=menu]')) return
    event.preventDefault()
    if (document.getSelection()?.toString()) return // copying the label or the last four
    const box = row?.querySelector<HTMLInputElement>('input[type=checkbox]')
    if (box) return box.click()
    void navigate(link.pathname, { state: { listSearch } satisfies FromList })
  }
}
