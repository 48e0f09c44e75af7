import type { Context } from '../../context.ts'
import { selectAdministrators } from '../identity/people.store.ts'

/** The addresses of those who answer for all keys of an organization, owners first. */
export async function findAdministrators(ctx: Context, organizationId: string): Promise<string[]> {
  return selectAdministrators(ctx.committed, organizationId)
}
