import * as z from 'zod'
import { Role } from '../scopes.ts'
import { Timestamp } from '../text.ts'

/** Facts that a browser needs before anyone has signed in. */
export const SignInOptions = z.object({
  firstRun: z.boolean().meta({ description: 'No account exists yet: show the first-run form' }),
  setupCodeRequired: z.boolean().meta({
    description: 'The first account must be made with the code that the service printed at start',
  }),
  signUp: z.boolean().meta({ description: 'Anyone may make an account' }),
  singleSignOn: z.boolean(),
  passwordResetByMail: z.boolean().meta({
    description: 'Who forgot their password can have a link for a new one mailed to them',
  }),
})
export type SignInOptions = z.infer<typeof SignInOptions>

export const ShowInvitationInput = z.strictObject({
  token: z.string().max(200).meta({ description: "What the invitation's link holds" }),
})

/** An invitation as its link shows it; of one that is over, only how it ended. */
export const ShownInvitation = z
  .discriminatedUnion('status', [
    z
      .object({
        status: z.literal('pending'),
        email: z.string().meta({ description: 'Whom it is for' }),
        role: Role,
        organizationName: z.string(),
        inviterName: z.string(),
        inviterEmail: z.string(),
        expiresAt: Timestamp,
      })
      .meta({ id: 'PendingInvitation' }),
    z
      .object({ status: z.enum(['accepted', 'rejected', 'canceled', 'expired']) })
      .meta({ id: 'EndedInvitation' }),
  ])
  .meta({ id: 'ShownInvitation', description: 'The invitation, or how it ended' })
export type ShownInvitation = z.infer<typeof ShownInvitation>

export { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../../passwords.ts'
