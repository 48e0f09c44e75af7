import type { Context } from '../features/context.ts'
import { isSameSite } from '../lib/is-same-site.ts'
import { isFirstRun, setupCode } from '../features/people/sign-up/sign-up.ts'

/**
 * Prepares what the person at the terminal is shown: where the portal is, and which settings are
 * unwise. The database is read now: when the service is ready, an outage must not end it any more.
 */
export async function prepareAnnouncement(ctx: Context): Promise<() => void> {
  const { config } = ctx
  const lines = ['', `  Portal     ${config.publicUrl}`, `  Reference  ${config.publicUrl}/docs`]
  if (await isFirstRun(ctx))
    lines.push(
      `  Setup code ${setupCode(ctx)}`,
      '  (No account exists yet: open the portal to make the first one. The setup code is asked',
      '  for when that is done from another machine, or through a proxy.)',
    )
  return () => {
    process.stderr.write(`${lines.join('\n')}\n\n`)
    warn(ctx)
    ctx.log.info({ url: config.publicUrl, database: ctx.database.dialect }, 'listening')
  }
}

function warn({ config, database, log }: Context): void {
  if (database.dialect === 'postgres' && config.redisUrl === undefined)
    log.warn('rate limits are counted by each node on its own: REDIS_URL is not set')
  for (const origin of config.portalOrigins.filter((it) => !isSameSite(it, config.publicUrl)))
    log.warn({ origin }, 'browsers send no session from there: not of the same site as PUBLIC_URL')
}
