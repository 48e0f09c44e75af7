import type { Role, ServiceScope } from '@zentrix/shared/scopes.ts'
import { WIDGET_TOKEN_SCOPE } from '@zentrix/shared/scopes.ts'

/**
 * Who may call a route. Every route names one of these rules; one that does not fails the start.
 * `server/test/access/access-table.ts` says what each route answers to each caller, and tests ask.
 */
export type AccessRule =
  /** Anyone. */
  | { by: 'anyone' }
  /** better-auth looks at the session itself; the Host and Origin checks are ours. */
  | { by: 'session' }
  /** A caller with METRICS_TOKEN; where none is set, only this machine. */
  | { by: 'metrics' }
  /** A secret scanner; the route itself checks its signature, which is over the body. */
  | { by: 'signature' }
  /** A person with at least this role; no service, and nobody handed over unless it says so. */
  | { by: 'person'; role: Role; isForHandedOff?: true }
  /** A person with at least this role, or a service with this scope and an organization. */
  | { by: 'tenant'; role: Role; scope: ServiceScope }
  /** A service with this scope. */
  | { by: 'service'; scope: ServiceScope }
  /** A gateway with a service token of this scope, asking about the key that its client presents. */
  | { by: 'gateway'; scope: ServiceScope }
  /** An API key that holds these scopes; costs 1 of its budget. */
  | { by: 'key'; scopes: string[] }

export const accessRules = {
  public: { by: 'anyone' },
  session: { by: 'session' },
  metrics: { by: 'metrics' },
  'leaks:report': { by: 'signature' },
  'keys:read': { by: 'tenant', role: 'viewer', scope: 'keys:manage' },
  'usage:read': { by: 'person', role: 'viewer', isForHandedOff: true },
  'keys:issue': { by: 'tenant', role: 'member', scope: 'keys:manage' },
  'keys:update': { by: 'tenant', role: 'member', scope: 'keys:manage' },
  'keys:rotate': { by: 'tenant', role: 'member', scope: 'keys:manage' },
  'keys:revoke': { by: 'tenant', role: 'member', scope: 'keys:manage' },
  'keys:revoke-many': { by: 'tenant', role: 'admin', scope: 'keys:manage' },
  'scopes:read': { by: 'person', role: 'viewer', isForHandedOff: true },
  'sign-in-policy:read': { by: 'person', role: 'viewer' },
  'sign-in-policy:update': { by: 'person', role: 'owner' },
  'policy:read': { by: 'person', role: 'viewer', isForHandedOff: true },
  'policy:update': { by: 'person', role: 'owner', isForHandedOff: true },
  'service-tokens:manage': { by: 'person', role: 'owner' },
  'webhooks:manage': { by: 'tenant', role: 'admin', scope: 'webhooks:manage' },
  'audit:read': { by: 'tenant', role: 'viewer', scope: 'audit:read' },
  'keys:verify': { by: 'service', scope: 'keys:verify' },
  'keys:check': { by: 'gateway', scope: 'keys:verify' },
  'catalog:write': { by: 'service', scope: 'catalog:write' },
  'portal:hand-off': { by: 'service', scope: 'portal:hand-off' },
  'calls:consume': { by: 'service', scope: 'calls:consume' },
  'key:any': { by: 'key', scopes: [] },
  'key:widget-token': { by: 'key', scopes: [WIDGET_TOKEN_SCOPE] },
} as const satisfies Record<string, AccessRule>

export type Access = keyof typeof accessRules

/** Whether other services of the platform ask, not browsers: all the time, and more than anyone. */
export function isForServices(access: Access): boolean {
  const { by } = accessRules[access]
  return by === 'service' || by === 'gateway'
}
