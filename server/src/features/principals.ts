import type { Role, ServiceScope } from '@zentrix/shared/scopes.ts'
import type { VerifiedKey } from './verify/verify.store.ts'

/** Where a request came from, as the audit log keeps it. */
export type RequestTrace = { ip: string | null; userAgent: string | null; requestId: string | null }

/**
 * The person and the organization that a request says it acts for (`X-User-Id`,
 * `X-Organization-Id`): whom its page shows. Unchecked text.
 */
export type Named = { userId?: string | undefined; organizationId?: string | undefined }

/** A person, signed in, acting in one organization. */
export type UserPrincipal = {
  type: 'user'
  id: string
  name: string
  email: string
  organizationId: string
  role: Role
  /** Whether the platform handed them over: they have no account here. */
  isHandedOff: boolean
  trace: RequestTrace
}

/** A service of the platform, by service token. */
export type ServicePrincipal = {
  type: 'service'
  id: string
  name: string
  scopes: ServiceScope[]
  /** The organizations it is limited to; null means all. */
  organizationIds: string[] | null
  trace: RequestTrace
}

/** A service that named, in `X-Organization-Id`, the organization it acts for. */
export type TenantServicePrincipal = ServicePrincipal & { organizationId: string }

/** A customer's server, by API key. */
export type KeyPrincipal = {
  type: 'key-holder'
  id: string
  name: string
  organizationId: string
  key: VerifiedKey
  /** The Origin header, which only browsers send. */
  origin: string | null
  trace: RequestTrace
}

/** The service itself, or an operator at its command line. */
export type SystemPrincipal = { type: 'system'; id: null; name: string; trace: RequestTrace }

/** A person or service that may work on the keys of one organization. */
export type TenantPrincipal = UserPrincipal | TenantServicePrincipal

export type Principal =
  | UserPrincipal
  | ServicePrincipal
  | TenantServicePrincipal
  | KeyPrincipal
  | SystemPrincipal

export const systemPrincipal: SystemPrincipal = {
  type: 'system',
  id: null,
  name: 'System',
  trace: { ip: null, userAgent: null, requestId: null },
}

/** Whether a service may act for an organization. */
export function mayServe(service: ServicePrincipal, organizationId: string): boolean {
  return service.organizationIds === null || service.organizationIds.includes(organizationId)
}
