import type { KeyboardEvent } from 'react'

const steps: Record<string, { column?: number; row?: number }> = {
  ArrowRight: { column: 1 },
  ArrowLeft: { column: -1 },
  ArrowDown: { row: 1 },
  ArrowUp: { row: -1 },
  Home: { column: -Infinity },
  End: { column: Infinity },
}

/** For a table whose rows are one Tab stop each: the arrow keys go to what is in them. */
export function moveWithinRows(event: KeyboardEvent): void {
  const { target } = event
  const step = steps[event.key]
  const isModified = event.metaKey || event.ctrlKey || event.altKey || event.shiftKey
  if (!(target instanceof HTMLElement)) return
  if (!step || isModified || event.defaultPrevented) return
  const row = target.closest<HTMLElement>('tbody tr')
  // An open menu has arrow keys of its own.
  if (!row || target.closest('[role=menu]') || target.ariaExpanded === 'true') return
  const here = stopsOf(row)
  const column = here.indexOf(target) + (step.column ?? 0)
  const there = step.row === undefined ? here : stopsOf(neighbourOf(row, step.row))
  const next = there[Math.min(Math.max(column, 0), there.length - 1)]
  if (!next) return
  event.preventDefault() // which would scroll
  next.focus()
}

function stopsOf(row: HTMLElement | undefined): HTMLElement[] {
  return [...(row?.querySelectorAll<HTMLElement>('a[href], button, [tabindex]') ?? [])].filter(
    (element) => !element.closest('[role=menu]'),
  )
}

/** The row before or after, perhaps in another body of the table. */
function neighbourOf(row: HTMLElement, step: number): HTMLElement | undefined {
  const rows = [...(row.closest('table')?.querySelectorAll<HTMLElement>('tbody tr') ?? [])]
  return rows[rows.indexOf(row) + step]
}
