import type { SignInOptions } from '@zentrix/shared/schemas/sessions.ts'
import type { Context } from '../../context.ts'
import { isFirstRun } from '../sign-up/sign-up.ts'

/** How a person can get in, before anyone has signed in; `isLocal` as sign-up judges it. */
export async function readSignInOptions(ctx: Context, isLocal: boolean): Promise<SignInOptions> {
  const firstRun = await isFirstRun(ctx)
  const { allowSignUp, oidc } = ctx.config
  return {
    firstRun,
    setupCodeRequired: firstRun && !isLocal && !allowSignUp,
    signUp: allowSignUp,
    singleSignOn: oidc !== undefined,
  }
}
