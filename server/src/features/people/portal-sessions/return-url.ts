import type { Context } from '../../context.ts'

/** Whether the portal may lead back to this address. */
export function isReturnUrl({ config }: Pick<Context, 'config'>, address: string): boolean {
  const { origin, username, password } = new URL(address)
  return username === '' && password === '' && config.portalReturnOrigins.includes(origin)
}
