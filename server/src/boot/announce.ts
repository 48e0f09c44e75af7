import type { Context } from '../features/context.ts'
import { isSameSite } from '../lib/is-same-site.ts'
import { isFirstRun, setupCode } from '../features/people/sign-up/sign-up.ts'

/** Shows the person at the terminal where the portal is, and warns about unwise settings. */
export async function announce(ctx: Context): Promise<void> {
  const { config, log } = ctx
  const lines = ['', `  Portal     ${config.publicUrl}`, `  Reference  ${config.publicUrl}/docs`]
  if (await isFirstRun(ctx))
    lines.push(
      `  Setup code ${setupCode(ctx)}`,
      '  (No account exists yet: open the portal to make the first one. The setup code is asked',
      '  for when that is done from another machine, or through a proxy.)',
    )
  process.stderr.write(`${lines.join('\n')}\n\n`)
  if (ctx.database.dialect === 'postgres' && config.redisUrl === undefined)
    log.warn('rate limits are counted by each node on its own: REDIS_URL is not set')
  for (const origin of config.portalOrigins.filter((it) => !isSameSite(it, config.publicUrl)))
    log.warn({ origin }, 'browsers send no session from there: not of the same site as PUBLIC_URL')
  log.info({ url: config.publicUrl, database: ctx.database.dialect }, 'listening')
}
