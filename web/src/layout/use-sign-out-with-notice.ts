import { useSignOut } from '../api/use-sign-out.ts'
import { useFailureNotice } from '../ui/feedback/notify.ts'

/** Signs out from a place that cannot show a failure itself. */
export function useSignOutWithNotice() {
  const change = useSignOut()
  useFailureNotice(change.failure)
  return change
}
