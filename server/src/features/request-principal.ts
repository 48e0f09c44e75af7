import type { FastifyRequest, RouteOptions } from 'fastify'
import type {
  KeyPrincipal,
  Principal,
  ServicePrincipal,
  TenantPrincipal,
  UserPrincipal,
} from './principals.ts'
import type { Access } from '../http/access-rules.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
  }
  interface FastifyInstance {
    /** Every route, in the order of registration. */
    routes: RouteOptions[]
  }
  interface FastifyRequest {
    /** The caller; set by `authenticate`, and null on routes that anyone may call. */
    principal: Principal | null
  }
}

// A route's access rule decides which of these functions it may call. Calling another one is our
// fault, and ends in a 500.

/** The person who calls: for routes by 'person'. */
export function personOf({ principal }: FastifyRequest): UserPrincipal {
  if (principal?.type === 'user') return principal
  throw new Error('this route is not for people')
}

/** The person or service that acts for an organization: for routes by 'tenant'. */
export function tenantOf({ principal }: FastifyRequest): TenantPrincipal {
  if (principal?.type === 'user') return principal
  if (principal?.type === 'service' && 'organizationId' in principal) return principal
  throw new Error('this route is not for tenants')
}

/** The service that calls: for routes by 'service' and 'gateway'. */
export function serviceOf({ principal }: FastifyRequest): ServicePrincipal {
  if (principal?.type === 'service') return principal
  throw new Error('this route is not for services')
}

/** The customer's server that calls: for routes by 'key'. */
export function keyHolderOf({ principal }: FastifyRequest): KeyPrincipal {
  if (principal?.type === 'key-holder') return principal
  throw new Error('this route is not for key holders')
}
