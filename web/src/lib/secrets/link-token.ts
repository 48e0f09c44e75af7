import { paths } from '../../paths.ts'

// The pages that links with a token lead to.
const linkedPages: string[] = [paths.invitation, paths.resetPassword, paths.handOff]

let held: { path: string; token: string | null } | null = null

/**
 * Takes the token of a link out of the address, where it would stay in the history. It is in the
 * fragment, which browsers send nowhere. Called before anything else looks at the address.
 */
export function takeLinkToken() {
  const { pathname, hash } = window.location
  if (!isLinkedPage(pathname) || hash === '') return
  held = { path: pathname, token: new URLSearchParams(hash.slice(1)).get('token') }
  window.history.replaceState(null, '', pathname)
}

export function isLinkedPage(pathname: string): boolean {
  return linkedPages.includes(pathname)
}

/** The token that this page was opened with, if any; it lasts as long as the document. */
export function linkToken(path: string): string | null {
  return held?.path === path ? held.token : null
}

/** Forgets the token after it was used or refused. */
export function forgetLinkToken() {
  held = null
}
