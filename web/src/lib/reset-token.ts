import { paths } from '../paths.ts'

let token: string | null = null

/**
 * Takes the token of a reset link out of the address, where it would stay in the history. It is
 * in the fragment, which browsers send nowhere. Called before anything else looks at the address.
 */
export function takeResetToken() {
  const { pathname, hash } = window.location
  if (pathname !== paths.resetPassword || hash === '') return
  token = new URLSearchParams(hash.slice(1)).get('token')
  window.history.replaceState(null, '', pathname)
}

/** The token that the page was opened with, if any. */
export function resetToken(): string | null {
  return token
}

/** It was used, or is good for nothing. */
export function forgetResetToken() {
  token = null
}
