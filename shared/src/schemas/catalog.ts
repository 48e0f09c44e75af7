import * as z from 'zod'
import { DEMO_AGENT_ID } from '../keys/samples.ts'
import { displayText } from './text.ts'

export const OrganizationId = z.string().regex(/^org_[0-9A-Za-z_-]{1,64}$/, 'Must be org_…')

export const Uuid = z
  .guid()
  .toLowerCase()
  .meta({ examples: [DEMO_AGENT_ID] })

export const subscriptions = ['active', 'trialing', 'inactive'] as const
export const Subscription = z.enum(subscriptions).meta({ id: 'Subscription' })
export type Subscription = z.infer<typeof Subscription>

export const PutOrganizationInput = z.strictObject({
  name: displayText(100),
  subscription: Subscription,
})
export type PutOrganizationInput = z.infer<typeof PutOrganizationInput>

export const Organization = z
  .object({ id: z.string(), name: z.string(), subscription: Subscription })
  .meta({ id: 'Organization' })
export type Organization = z.infer<typeof Organization>

const WebOrigin = z
  .url({ protocol: /^https?$/, error: 'Must be an origin such as https://www.example.com' })
  .max(255)
  .regex(/^https?:\/\/[^/?#@A-Z]+$/, 'Must be an origin alone: lower case, no path')

export const PutAgentInput = z.strictObject({
  name: displayText(100),
  active: z.boolean(),
  organizationId: OrganizationId.nullish().meta({ description: 'null: every organization' }),
  allowedOrigins: z.array(WebOrigin).max(100).nullish().meta({
    description: 'A request with an Origin header must bear one of these; null: any',
  }),
})
export type PutAgentInput = z.infer<typeof PutAgentInput>

export const Agent = z
  .object({
    id: z.string(),
    name: z.string(),
    active: z.boolean(),
    organizationId: z.string().nullable(),
    allowedOrigins: z.array(z.string()).nullable(),
  })
  .meta({ id: 'Agent' })
export type Agent = z.infer<typeof Agent>

export const PutScopeInput = z.strictObject({ description: displayText(200) })
export type PutScopeInput = z.infer<typeof PutScopeInput>

export const DeclaredScope = z
  .object({ name: z.string(), description: z.string() })
  .meta({ id: 'DeclaredScope' })
export type DeclaredScope = z.infer<typeof DeclaredScope>

/** All of them: they are few. */
export const DeclaredScopes = z.object({ data: z.array(DeclaredScope) }).meta({
  id: 'DeclaredScopes',
  description: 'By name',
})

export const PutInstanceInput = z.strictObject({
  agentId: Uuid,
  organizationId: OrganizationId,
  name: displayText(100).nullish(),
  active: z.boolean(),
})
export type PutInstanceInput = z.infer<typeof PutInstanceInput>

export const Instance = z
  .object({
    id: z.string(),
    agentId: z.string(),
    organizationId: z.string(),
    name: z.string().nullable(),
    active: z.boolean(),
  })
  .meta({ id: 'Instance' })
export type Instance = z.infer<typeof Instance>
