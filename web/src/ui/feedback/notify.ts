import type { NotificationData } from '@mantine/notifications'
import { useEffect, useSyncExternalStore } from 'react'
import { loadCode } from '../../lib/load-code.ts'

const load = () => import('@mantine/notifications')

let isNeeded = false
const listeners = new Set<() => void>()

/** Loads the code that draws notices before there is one. */
export function preloadNotices() {
  loadCode(load).catch(() => undefined)
}

/** Shows a notice in a corner. The code that draws it is loaded with the first one. */
export async function notify(notice: NotificationData) {
  const { notifications } = await loadCode(load)
  isNeeded = true
  for (const listener of listeners) listener()
  notifications.show({ closeButtonProps: { 'aria-label': 'Dismiss' }, ...notice })
}

let failures = 0

/**
 * Says in a notice what became of a change that did not succeed, until there is something else to
 * say of it.
 */
export function useFailureNotice(failure: { title: string; detail: string } | null) {
  useEffect(() => {
    if (failure === null) return
    const { title, detail } = failure
    // Not the name of the one before, which may still be on its way out.
    const id = `failure-${++failures}`
    void notify({ id, color: 'red', title, message: detail, autoClose: false })
    return () => void dismiss(id)
  }, [failure])
}

async function dismiss(id: string) {
  const { notifications } = await loadCode(load)
  notifications.hide(id)
}

export function useNeedsNotifications(): boolean {
  return useSyncExternalStore(subscribe, () => isNeeded)
}

function subscribe(listener: () => void) {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}
