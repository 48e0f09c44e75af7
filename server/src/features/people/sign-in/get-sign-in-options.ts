import type { SignInOptions } from '@zentrix/shared/schemas/people/sessions.ts'
import type { Context } from '../../context.ts'
import { isFirstRun } from '../sign-up/sign-up.ts'

/** The ways in which a person can sign in or up; `isLocal` as in `SignUpOrigin`. */
export async function getSignInOptions(ctx: Context, isLocal: boolean): Promise<SignInOptions> {
  const firstRun = await isFirstRun(ctx)
  const { allowSignUp, oidc, mailServer } = ctx.config
  return {
    firstRun,
    setupCodeRequired: firstRun && !isLocal && !allowSignUp,
    signUp: allowSignUp,
    singleSignOn: oidc !== undefined,
    passwordResetByMail: mailServer !== undefined,
  }
}
