import type { Context } from '../../context.ts'
import { addOwner } from './sign-up.ts'

/**
 * Makes the owner that BOOTSTRAP_EMAIL names, unless that address has an account: what became of
 * it since, a restart leaves alone.
 */
export async function bootstrapOwner(ctx: Context): Promise<void> {
  const { bootstrapOwner: owner } = ctx.config
  if (!owner) return
  const email = owner.email.toLowerCase()
  const userId = await addOwner(ctx, {
    name: email.split('@')[0]!,
    email,
    password: owner.password,
  })
  if (userId !== undefined) ctx.log.info({ userId }, 'made the owner of BOOTSTRAP_EMAIL')
}
