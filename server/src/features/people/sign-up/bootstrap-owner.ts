import type { Context } from '../../context.ts'
import { addOwner } from './sign-up.ts'

/**
 * Makes the owner of BOOTSTRAP_EMAIL, unless that address has an account: a restart changes
 * nothing about it.
 */
export async function bootstrapOwner(ctx: Context): Promise<void> {
  const { bootstrapOwner: owner } = ctx.config
  if (!owner) return
  const email = owner.email.toLowerCase()
  const [name = email] = email.split('@')
  const userId = await addOwner(ctx, { name, email, password: owner.password })
  if (userId !== undefined) ctx.log.info({ userId }, 'made the owner of BOOTSTRAP_EMAIL')
}
