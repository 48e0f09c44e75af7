import * as z from 'zod'
import { OrganizationId } from '../catalog.ts'
import { Role } from '../scopes.ts'
import { controlCharacter, secret } from '../../text.ts'
import { displayText, Timestamp } from '../text.ts'

const MIN_SESSION_SECONDS = 60
const MAX_SESSION_SECONDS = 86_400
const DEFAULT_SESSION_SECONDS = 28_800

const ExternalId = displayText(200).meta({
  description: 'How the platform names the person; unique in the organization',
})

export const MakePortalLinkInput = z.strictObject({
  organizationId: OrganizationId,
  user: z.strictObject({
    externalId: ExternalId,
    email: z
      .email('Must be an e-mail address')
      .max(254, 'Must be at most 254 characters')
      .transform((email) => email.toLowerCase()),
    name: displayText(100),
  }),
  role: Role,
  returnUrl: z
    .url({ protocol: /^https?$/, error: 'Must be an http or https URL' })
    .max(2000, 'Must be at most 2000 characters')
    // A browser drops some of these and reads others as a slash; what else reads URLs may not.
    .refine(
      (url) => !/[\s\\]/.test(url) && !controlCharacter.test(url),
      'Must not contain spaces, control characters or backslashes',
    )
    .refine((url) => !secret.test(url), 'Must not contain a key: a URL is no place for secrets')
    .nullish()
    .meta({
      description: 'Where the way back leads: an address at one of PORTAL_RETURN_ORIGINS',
      examples: ['https://app.example.com/settings'],
    }),
  expiresInSeconds: z
    .int()
    .min(MIN_SESSION_SECONDS)
    .max(MAX_SESSION_SECONDS)
    .default(DEFAULT_SESSION_SECONDS)
    .meta({ description: 'How long the session may last' }),
})
export type MakePortalLinkInput = z.output<typeof MakePortalLinkInput>

/** The one answer that holds the link. */
export const PortalLink = z
  .object({
    url: z.string().meta({ description: 'To be opened once, in the browser of that person' }),
    expiresAt: Timestamp.meta({ description: 'When the link ends, if nobody opens it' }),
    sessionExpiresAt: Timestamp,
  })
  .meta({ id: 'PortalLink', description: 'A link that signs its person in, once' })
export type PortalLink = z.infer<typeof PortalLink>

export const EndPortalSessionsQuery = z.strictObject({
  organizationId: OrganizationId,
  externalId: ExternalId,
})
export type EndPortalSessionsQuery = z.infer<typeof EndPortalSessionsQuery>

export const OpenPortalLinkInput = z.strictObject({ code: z.string().max(100) })

/** The session of a person who opened a link. */
export const HandOff = z
  .object({
    organization: z.object({ id: z.string(), name: z.string() }),
    role: Role,
    returnUrl: z.string().nullable(),
    expiresAt: Timestamp,
  })
  .meta({ id: 'HandOff', description: 'What a person who was handed over is here for' })
export type HandOff = z.infer<typeof HandOff>
