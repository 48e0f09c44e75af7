import type { ServiceToken } from '@zentrix/shared/schemas/service-tokens.ts'
import type { Context } from '../context.ts'
import { selectServiceTokens } from './service-tokens.store.ts'

/** Every service token, the organizations' own among them, with what became of it, newest first. */
export function listServiceTokens(ctx: Context): Promise<ServiceToken[]> {
  return selectServiceTokens(ctx.committed, ctx.now())
}
