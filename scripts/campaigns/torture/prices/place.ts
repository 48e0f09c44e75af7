// The real service with a full database, and a credential for every kind of caller.
import { buildApp } from '../../../../server/src/boot/app.ts'
import { readConfig } from '../../../../server/src/config/config.ts'
import type { Context } from '../../../../server/src/features/context.ts'
import { makeLogger } from '../../../../server/src/lib/log/log.ts'
import { makeContext } from '../../../../server/src/features/make-context.ts'
import { readinessOf } from '../../../../server/src/boot/readiness.ts'
import { openDatabase } from '../../../../server/src/store/open-database.ts'
import { listRoutes } from '../../../testkit/api/list-routes.ts'
import { checksum } from '../../../../shared/src/keys/key-format.ts'
import { startService, type Service } from '../../../testkit/processes/service.ts'
import { freePort } from '../../../testkit/processes/free-port.ts'
import { addMembers, beginSession, fill, ORGANIZATION, type Amounts } from './fill.ts'
import { fillPlatform } from './fill-platform.ts'
import { openMeter, type Meter } from './meter.ts'

export const callers = ['anonymous', 'viewer', 'member', 'owner', 'service', 'key'] as const
export type Caller = (typeof callers)[number]

export type Place = {
  service: Service
  port: number
  meter: Meter
  /** Every route, as `GET /api/keys/:id`. */
  routes: string[]
  /** The credential of each caller. */
  credentials: Record<Caller, Record<string, string>>
  serviceToken: string
  /** A good key, and one with as many allowed addresses as one may have. */
  key: string
  boundKey: string
  /** A session that may be ended. */
  spareSession(caller: Caller): Promise<Record<string, string>>
  close(): Promise<void>
}

const body = `nassvc_${'0'.repeat(26)}`
const SERVICE_TOKEN = body + checksum(body)
const PASSWORD = 'correct horse battery staple'
export const RETURN_ORIGIN = 'https://app.example.com'
const AUTH_SECRET = 'a-secret-for-the-price-campaign-only-0123'

export type PlaceOptions = { databaseUrl?: string | undefined; workers?: number; amounts: Amounts }

export async function openPlace({
  databaseUrl,
  workers = 1,
  amounts,
}: PlaceOptions): Promise<Place> {
  const meterPort = await freePort()
  const service = await startService({
    ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
    AUTH_SECRET,
    BOOTSTRAP_SERVICE_TOKEN: SERVICE_TOKEN,
    BOOTSTRAP_EMAIL: 'first@example.com',
    BOOTSTRAP_PASSWORD: PASSWORD,
    ALLOW_SIGN_UP: 'true',
    PORTAL_RETURN_ORIGINS: RETURN_ORIGIN,
    RATE_LIMIT_PER_MINUTE: '1000000',
    // Callers name addresses of their own, so that limits for one address do not end the search.
    TRUST_PROXY: '1',
    WORKERS: `${workers}`,
    PRICES_PORT: `${meterPort}`,
    NODE_OPTIONS: `--import=${new URL('hook.ts', import.meta.url).href}`,
  })
  const undo: (() => Promise<unknown> | void)[] = [() => service.remove()]
  const close = async () => {
    for (const step of undo.toReversed()) await step()
  }
  try {
    const { ctx, end } = await openBeside(service)
    undo.push(end)
    await fill(ctx, amounts)
    await fillPlatform(ctx)
    const [owner] = await addMembers(ctx, 'owner', ['owner'])
    const [viewer] = await addMembers(ctx, 'viewer', ['viewer'])
    const [member] = await addMembers(ctx, 'member', ['member'])
    const [spare] = await addMembers(ctx, 'admin', ['spare'])
    const others = Array.from({ length: amounts.members - 4 }, (_, at) => `person-${at}`)
    await addMembers(ctx, 'viewer', others)
    let sessions = 0
    const cookieOf = async (id: string) => ({
      Cookie: await beginSession(ctx, id, `session-${sessions++}-`),
    })
    const ownersCookie = await cookieOf(owner!)
    const { key } = await makeKey(service, ownersCookie, {})
    const { key: boundKey } = await makeKey(service, ownersCookie, {
      allowedIps: Array.from({ length: 100 }, (_, at) => `2001:db8:0:${at}::/64`),
    })
    const meter = await openMeter(meterPort)
    undo.push(() => meter.close())
    return {
      service,
      port: Number(new URL(service.url).port),
      meter,
      routes: await routesOf(ctx),
      serviceToken: SERVICE_TOKEN,
      key,
      boundKey,
      credentials: {
        anonymous: {},
        viewer: await cookieOf(viewer!),
        member: await cookieOf(member!),
        owner: ownersCookie,
        service: {
          Authorization: `Bearer ${SERVICE_TOKEN}`,
          'X-Organization-Id': ORGANIZATION,
        },
        key: { Authorization: `Bearer ${key}` },
      },
      spareSession: async (caller) =>
        caller === 'viewer' || caller === 'member' || caller === 'owner' ? cookieOf(spare!) : {},
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

async function openBeside({ env }: Service): Promise<{ ctx: Context; end(): Promise<void> }> {
  const config = readConfig({
    DATABASE_URL: env['DATABASE_URL'],
    AUTH_SECRET,
    PUBLIC_URL: env['PUBLIC_URL'],
  })
  const database = await openDatabase(config.database, { as: 'command' })
  const log = makeLogger('fatal', { write: () => undefined })
  const ctx = await makeContext(config, database, log)
  return {
    ctx,
    async end() {
      await ctx.usage.close()
      await database.close()
    },
  }
}

/** Asks the application itself, so that no route is forgotten. */
async function routesOf(ctx: Context): Promise<string[]> {
  const app = await buildApp(ctx, { readiness: readinessOf(ctx), webRoot: '/nonexistent' })
  // A server that never listened would never end its timers.
  await app.listen({ host: '127.0.0.1', port: 0 })
  const routes = [...listRoutes(app).keys()]
  await app.close()
  return routes
}

async function makeKey(
  { url }: Service,
  headers: Record<string, string>,
  settings: object,
): Promise<{ key: string }> {
  const response = await fetch(`${url}/api/keys`, {
    method: 'POST',
    headers: { ...headers, 'Content-Type': 'application/json' },
    body: JSON.stringify({ label: 'Server', ...settings }),
  })
  if (!response.ok) throw new Error(`no key: ${response.status} ${await response.text()}`)
  return (await response.json()) as { key: string }
}
