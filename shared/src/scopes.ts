// Apart from the schemas, so that the portal and the client need not bring zod along.

export const MAX_SCOPE_LENGTH = 100
export const MAX_SCOPES = 50
export const scopePattern = /^[a-z0-9_-]+(:[a-z0-9_-]+)*$/

/** Whether `text` may be the name of a scope, such as `widget:token`. */
export function isScope(text: string): boolean {
  return text.length <= MAX_SCOPE_LENGTH && scopePattern.test(text)
}

/** The scope that a key needs to mint widget tokens. */
export const WIDGET_TOKEN_SCOPE = 'widget:token'

export const serviceScopes = [
  'keys:verify',
  'keys:manage',
  'catalog:write',
  'calls:consume',
  'audit:read',
  'portal:hand-off',
  'webhooks:manage',
] as const
export type ServiceScope = (typeof serviceScopes)[number]

/**
 * The scopes that an organization's owner may give to a service, within that organization alone.
 * The other scopes are powers over the whole platform: who may write the catalog could make the
 * organization's own subscription active, who consumes calls is the platform's voice service, and
 * who hands people over could be any of them.
 */
export const organizationScopes = [
  'keys:verify',
  'keys:manage',
  'audit:read',
  'webhooks:manage',
] as const satisfies ServiceScope[]
export type OrganizationScope = (typeof organizationScopes)[number]

/** Ordered from least to most: each role may do all that those before it may. */
export const roles = ['viewer', 'member', 'admin', 'owner'] as const
export type Role = (typeof roles)[number]
