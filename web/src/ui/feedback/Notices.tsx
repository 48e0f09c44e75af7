import { lazy, Suspense } from 'react'
import { useNeedsNotifications } from './notify.ts'

const Notifications = lazy(async () => ({
  default: (await import('@mantine/notifications')).Notifications,
}))

/** Where notices appear. */
export function Notices() {
  const isNeeded = useNeedsNotifications()
  return (
    <Suspense fallback={null}>{isNeeded && <Notifications position="bottom-right" />}</Suspense>
  )
}
