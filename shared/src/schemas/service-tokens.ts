import * as z from 'zod'
import { pageOf, pageQuery } from './pagination.ts'
import { OrganizationScope, ServiceScope } from './scopes.ts'
import { organizationScopes } from '../scopes.ts'
import { displayText, Moment, Timestamp } from './text.ts'

export const MAX_ORGANIZATION_TOKENS = 100

export function isServiceTokenId(text: string): boolean {
  return /^svc_[0-9A-Za-z]{1,64}$/.test(text)
}

/** A service token as it may be seen after it was made: everything but the secret. */
export const ServiceToken = z
  .object({
    id: z.string(),
    name: z.string(),
    masked: z.string().meta({ examples: ['nassvc_...3b4c'] }),
    last4: z.string(),
    scopes: z.array(ServiceScope),
    organizationIds: z.array(z.string()).nullable().meta({
      description: 'The organizations it is limited to; null means all',
    }),
    status: z.enum(['active', 'expired', 'revoked']),
    leakedAt: Timestamp.nullable().meta({
      description: 'When it was first reported to be in public; null if it never was',
    }),
    createdAt: Timestamp,
    expiresAt: Timestamp.nullable(),
    lastUsedAt: Timestamp.nullable(),
    lastUsedIp: z.string().nullable(),
  })
  .meta({ id: 'ServiceToken', description: 'A service token, without its secret' })
export type ServiceToken = z.infer<typeof ServiceToken>

/** The one response that carries the secret. */
export const IssuedServiceToken = ServiceToken.extend({
  token: z.string().meta({ description: 'The full token; it is never shown again' }),
}).meta({
  id: 'IssuedServiceToken',
  description: 'The service token with its secret, in this answer alone',
})
export type IssuedServiceToken = z.infer<typeof IssuedServiceToken>

export const IssueServiceTokenInput = z.strictObject({
  name: displayText(100),
  scopes: z
    .array(OrganizationScope)
    .min(1, 'Choose at least one')
    .max(organizationScopes.length)
    .refine((scopes) => new Set(scopes).size === scopes.length, 'Must not repeat a scope'),
  expiresAt: Moment.nullish(),
})
export type IssueServiceTokenInput = z.infer<typeof IssueServiceTokenInput>

export const ListServiceTokensQuery = z.strictObject(pageQuery)
export type ListServiceTokensQuery = z.infer<typeof ListServiceTokensQuery>

export const ServiceTokenPage = pageOf(ServiceToken).meta({ id: 'ServiceTokenPage' })
export type ServiceTokenPage = z.infer<typeof ServiceTokenPage>
