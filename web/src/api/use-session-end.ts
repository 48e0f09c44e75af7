import { useQueryClient } from '@tanstack/react-query'
import { endSession, sessionEndOf } from './session-end.ts'

/**
 * For a call that makes a secret. While it is under way the page does not leave for the end of the
 * session, so its form has to do so afterwards.
 *
 * @returns a function that leaves if the error says that the session is over
 */
export function useLeaveIfOver(): (error: Error | null) => void {
  const queryClient = useQueryClient()
  return (error) => {
    const end = sessionEndOf(error)
    if (end !== null) endSession(queryClient, end)
  }
}
