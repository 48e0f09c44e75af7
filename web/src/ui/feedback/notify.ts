import type { NotificationData } from '@mantine/notifications'
import { useSyncExternalStore } from 'react'

let isNeeded = false
const listeners = new Set<() => void>()

/** Loads the code that draws notices before there is one. */
export function preloadNotices() {
  import('@mantine/notifications').catch(() => undefined)
}

/** Shows a notice in a corner. The code that draws it is loaded with the first one. */
export async function notify(notice: NotificationData) {
  const { notifications } = await import('@mantine/notifications')
  isNeeded = true
  for (const listener of listeners) listener()
  notifications.show({ closeButtonProps: { 'aria-label': 'Dismiss' }, ...notice })
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
