/** Every address of the portal; the server itself draws `apiReference`. */
export const paths = {
  home: '/',
  signIn: '/sign-in',
  signUp: '/sign-up',
  invitation: '/invitation',
  resetPassword: '/reset-password',
  forgottenPassword: '/forgotten-password',
  handOff: '/hand-off',
  setUpSecondFactor: '/two-step-sign-in',
  keys: '/api-keys',
  newKey: '/api-keys/new',
  revokeMany: '/api-keys/revoke-many',
  usage: '/usage',
  audit: '/audit-log',
  documentation: '/documentation',
  settings: '/settings',
  organization: '/settings/organization',
  members: '/settings/members',
  serviceTokens: '/settings/service-tokens',
  webhooks: '/settings/webhooks',
  apiReference: '/docs',
} as const

/** The page of one key. */
export function keyPath(id: string): string {
  return `${paths.keys}/${id}`
}

/** The keys that somebody made. */
export function keysMadeByPath(userId: string): string {
  return `${paths.keys}?${new URLSearchParams({ createdById: userId })}`
}

/** The page that revokes the keys that somebody made. */
export function revokeKeysMadeByPath(userId: string): string {
  return `${paths.revokeMany}?${new URLSearchParams({ createdById: userId })}`
}

/** The page of one webhook. */
export function webhookPath(id: string): string {
  return `${paths.webhooks}/${id}`
}

/** The audit log of one key. */
export function keyAuditPath(id: string): string {
  return `${paths.audit}?${new URLSearchParams({ keyId: id })}`
}

/** An invitation's link. Its token is in the fragment, which browsers never send to a server. */
export function invitationPath(token: string): string {
  return `${paths.invitation}#token=${token}`
}

/** The sign-in page, which afterwards returns to `next`. */
export function signInPath(next: string): string {
  if (next === paths.home || next === paths.keys) return paths.signIn
  return `${paths.signIn}?${new URLSearchParams({ next })}`
}
