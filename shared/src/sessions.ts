import * as z from 'zod'

/** What a browser must know before anyone has signed in. */
export const SignInOptions = z.object({
  firstRun: z.boolean().meta({ description: 'No account exists yet: show the first-run form' }),
  setupCodeRequired: z.boolean().meta({
    description: 'The first account must be made with the code that the service printed at start',
  }),
  signUp: z.boolean().meta({ description: 'Anyone may make an account' }),
  singleSignOn: z.boolean(),
})
export type SignInOptions = z.infer<typeof SignInOptions>

export { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './passwords.ts'
