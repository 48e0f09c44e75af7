import { useEffect } from 'react'
import { useBeforeUnload, useBlocker } from 'react-router'
import { paths } from '../paths.ts'

export type SecretGate = {
  /** Somebody wants to leave without the secret. */
  isAsking: boolean
  stay: () => void
  leave: () => void
}

/**
 * Guards a secret that is shown only once: every way out, the browser's Back included, is a
 * navigation that has to pass here.
 *
 * @param state `coming` while the request is under way, which nobody leaves: it would be lost
 */
export function useSecretGate(state: 'none' | 'coming' | 'shown' | 'copied'): SecretGate {
  const isGuarded = state === 'coming' || state === 'shown'
  const blocker = useBlocker(isGuarded)
  useEffect(() => {
    if (blocker.state === 'blocked' && state === 'coming') blocker.reset()
  }, [blocker, state])
  useBeforeUnload((event) => {
    if (isGuarded) event.preventDefault()
  })
  return {
    // A session that ended elsewhere waits for the secret to be copied.
    isAsking:
      blocker.state === 'blocked' &&
      state === 'shown' &&
      blocker.location.pathname !== paths.signIn,
    stay: () => blocker.reset?.(),
    leave: () => blocker.proceed?.(),
  }
}
