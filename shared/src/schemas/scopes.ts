import * as z from 'zod'
import {
  MAX_SCOPE_LENGTH,
  MAX_SCOPES,
  organizationScopes,
  roles,
  scopePattern,
  serviceScopes,
} from '../scopes.ts'

/** The rule of `isScope`, with its refusals. */
export const Scope = z
  .string()
  .max(MAX_SCOPE_LENGTH)
  .regex(scopePattern, 'Must be words of a-z, 0-9, _ or -, joined by colons')

export const Scopes = z
  .array(Scope)
  .max(MAX_SCOPES, `At most ${MAX_SCOPES} scopes`)
  .meta({ description: 'What the key may do; an empty list means everything' })

export const ServiceScope = z.enum(serviceScopes).meta({ id: 'ServiceScope' })
export const OrganizationScope = z.enum(organizationScopes)
export const Role = z.enum(roles).meta({ id: 'MemberRole' })
export type Role = z.infer<typeof Role>
