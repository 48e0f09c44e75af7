import * as z from 'zod'

export const SignInPolicy = z
  .object({
    requireSecondFactor: z.boolean().meta({
      description: 'Whether a member who signs in by a password must have a second factor',
    }),
    membersWithout: z.int().meta({
      description: 'How many members sign in by a password, and have no second factor yet',
    }),
  })
  .meta({ id: 'SignInPolicy' })
export type SignInPolicy = z.infer<typeof SignInPolicy>

export const UpdateSignInPolicyInput = z.strictObject({ requireSecondFactor: z.boolean() })
export type UpdateSignInPolicyInput = z.infer<typeof UpdateSignInPolicyInput>
