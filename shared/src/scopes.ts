import * as z from 'zod'
import { MAX_SCOPE_LENGTH, MAX_SCOPES, scopePattern } from './scope-names.ts'

/** A name that other services define for what a key may do, such as `widget:token`. */
export const Scope = z
  .string()
  .max(MAX_SCOPE_LENGTH)
  .regex(scopePattern, 'Must be words of a-z, 0-9, _ or -, joined by colons')

export const Scopes = z
  .array(Scope)
  .max(MAX_SCOPES, `At most ${MAX_SCOPES} scopes`)
  .meta({ description: 'What the key may do; an empty list means everything' })

/** The scope that a key needs to mint widget tokens. */
export const WIDGET_TOKEN_SCOPE = 'widget:token'

export const serviceScopes = [
  'keys:verify',
  'keys:manage',
  'catalog:write',
  'calls:consume',
  'audit:read',
] as const
export const ServiceScope = z.enum(serviceScopes)
export type ServiceScope = z.infer<typeof ServiceScope>

/** Ordered from least to most: each role may do all that those before it may. */
export const roles = ['viewer', 'member', 'admin', 'owner'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>
