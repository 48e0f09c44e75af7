import { useEffect } from 'react'
import { useBeforeUnload, useBlocker } from 'react-router'
import { paths } from '../../paths.ts'
import { holdSecret } from './held-secret.ts'

export type SecretGate = {
  /** Whether to ask if the person really leaves without the secret. */
  isAsking: boolean
  stay: () => void
  leave: () => void
}

/**
 * Guards a secret that is shown only once: every way out, the browser's Back included, is a
 * navigation that has to pass here.
 *
 * @param state `coming` while the request is under way: then nobody can leave, or the secret is lost
 */
export function useSecretGate(state: 'none' | 'coming' | 'shown' | 'copied'): SecretGate {
  const isGuarded = state === 'coming' || state === 'shown'
  const blocker = useBlocker(isGuarded)
  useEffect(() => {
    if (blocker.state === 'blocked' && state === 'coming') blocker.reset()
  }, [blocker, state])
  useEffect(() => (isGuarded ? holdSecret() : undefined), [isGuarded])
  useBeforeUnload((event) => {
    if (isGuarded) event.preventDefault()
  })
  return {
    // When the session ended elsewhere, wait until the secret is copied; do not ask.
    isAsking:
      blocker.state === 'blocked' &&
      state === 'shown' &&
      blocker.location.pathname !== paths.signIn,
    stay: () => blocker.reset?.(),
    leave: () => blocker.proceed?.(),
  }
}
