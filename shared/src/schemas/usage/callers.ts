import * as z from 'zod'
import { secret } from '../../text.ts'
import { Timestamp } from '../text.ts'
import { refusalCodes } from '../../verification/verdict.ts'

/** Uses of a key that came from one address. */
export const CallerAddress = z.object({
  ip: z.string().nullable().meta({ description: 'Null for uses whose address was not told' }),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  accepted: z.int(),
  refused: z.int(),
})
export type CallerAddress = z.infer<typeof CallerAddress>

/** Why a use of a key was refused. */
export const Refusal = z.object({
  at: Timestamp,
  code: z.enum(refusalCodes),
  ip: z.string().nullable(),
  requestId: z.string().nullable().meta({
    description: 'The X-Request-Id of the answer; null where a verifier decided by its lease',
  }),
  scopes: z.array(z.string()).meta({ description: 'The scopes that were asked for' }),
})
export type Refusal = z.infer<typeof Refusal>

export const KeyCallers = z
  .object({
    addresses: z.array(CallerAddress).meta({ description: 'The 20 last seen, latest first' }),
    refusals: z.array(Refusal).meta({ description: 'The last 50, latest first' }),
  })
  .meta({ id: 'KeyCallers' })
export type KeyCallers = z.infer<typeof KeyCallers>

export const FindRefusalsQuery = z.strictObject({
  requestId: z
    .string()
    .regex(/^[A-Za-z0-9_.-]{1,64}$/, 'Must be a request id, as an X-Request-Id bears it')
    .refine((text) => !secret.test(text), 'Must not contain a key: a URL is no place for secrets'),
})
export type FindRefusalsQuery = z.infer<typeof FindRefusalsQuery>

export const FoundRefusal = Refusal.extend({ keyId: z.string() })
export type FoundRefusal = z.infer<typeof FoundRefusal>

export const FoundRefusals = z.object({ data: z.array(FoundRefusal) }).meta({ id: 'FoundRefusals' })
export type FoundRefusals = z.infer<typeof FoundRefusals>
