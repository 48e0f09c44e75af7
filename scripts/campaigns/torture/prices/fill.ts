// Writes what an organization has collected over the years, past every route.
import { DAY_MS, HOUR_MS } from '../../../../shared/src/moment.ts'
import type { Role } from '../../../../shared/src/scopes.ts'
import type { Context } from '../../../../server/src/features/context.ts'
import { hmac } from '../../../../server/src/crypto/hash.ts'
import { sessionSecret } from '../../../../server/src/features/people/identity/session-cookie.ts'
import { storedBoolean } from '../../../../server/src/store/schema/dialect.ts'

export const ORGANIZATION = 'org_prices'
export const WEBHOOK = 'whk_prices'

/** How many of each there are. */
export type Amounts = { keys: number; events: number; members: number }

// SQLite takes at most 32,766 parameters in one statement.
const ROWS_AT_ONCE = 900
// Capitals, so that a search that folds case has work in as many places as possible.
const LABEL = 'A'.repeat(98)

export async function fill(ctx: Context, { keys, events }: Amounts): Promise<void> {
  const { db, now } = ctx
  const at = now()
  await db
    .insertInto('organizations')
    .values({
      id: ORGANIZATION,
      name: 'Prices',
      slug: ORGANIZATION,
      logo: null,
      created_at: at,
      metadata: null,
      subscription: 'active',
    })
    .execute()
  await db
    .insertInto('webhooks')
    .values({
      id: WEBHOOK,
      organization_id: ORGANIZATION,
      url: 'https://example.com/',
      events: '["*"]',
      description: null,
      enabled: 0, // nothing leaves this machine
      disabled_reason: 'owner',
      failing_since: null,
      sealed_secret: Buffer.from('none'),
      old_sealed_secret: null,
      old_secret_until: null,
      sequence: 1_000_000,
      created_at: at,
    })
    .execute()
  await inPortions(keys, (number) => ({
    id: keyIdAt(number),
    hash_head: BigInt(number),
    hash: Buffer.from(`hash ${number}`),
    organization_id: ORGANIZATION,
    last4: 'last',
    label: LABEL,
    label_folded: LABEL.toLowerCase(),
    environment: 'production' as const,
    scopes: '[]',
    allowed_ips: '[]',
    created_at: at,
  }))(async (rows) => void (await db.insertInto('api_keys').values(rows).execute()))
  // Their links hold nothing: the audit log of this deployment is never verified.
  await inPortions(events, (number) => ({
    position: 1_000_000 + number,
    organization_id: ORGANIZATION,
    sequence: 1_000_000 + number,
    id: `evt_${String(number).padStart(9, '0')}`,
    action: 'key.updated' as const,
    key_id: keyIdAt(number % keys),
    actor_type: 'user' as const,
    actor_id: 'usr_gone',
    actor_name: 'Somebody "with quotes", and more',
    at: new Date(Date.now() - 300 * DAY_MS + number * 100).toISOString(),
    ip: '203.0.113.7',
    user_agent: 'x'.repeat(100),
    request_id: 'x'.repeat(40),
    changes: JSON.stringify({ label: { from: LABEL, to: LABEL } }),
    link: Buffer.from('none'),
  }))(async (rows) => void (await db.insertInto('audit_events').values(rows).execute()))
  await attack(ctx)
}

export function keyIdAt(number: number): string {
  return `key_${String(number).padStart(26, '0')}`
}

// As one that is presented from many addresses is left: an hour keeps 20 of them, for each outcome.
const ATTACKED_HOURS = 700
const ADDRESSES_OF_HOUR = 21
const ATTACK_OUTCOMES = ['VALID', 'IP_NOT_ALLOWED', 'RATE_LIMITED'] as const
const REFUSALS = 50
export const REFUSED_REQUEST = 'refused-in-the-attack'

/** Uses the first key from many addresses, in every hour that is kept. */
async function attack({ db, usage, nowMs }: Context): Promise<void> {
  const { number } = await db
    .selectFrom('api_keys')
    .select('number')
    .where('id', '=', keyIdAt(0))
    .executeTakeFirstOrThrow()
  const key = { number, organizationId: ORGANIZATION, environment: 'production' as const }
  for (let hour = 0; hour < ATTACKED_HOURS; hour++)
    for (const outcome of ATTACK_OUTCOMES)
      for (let at = 0; at < ADDRESSES_OF_HOUR; at++)
        usage.record(key, outcome, nowMs() - hour * HOUR_MS, `2001:db8:${hour}::${at}`)
  for (let at = 0; at < REFUSALS; at++)
    usage.recordRefusal({
      keyNumber: number,
      atMs: nowMs(),
      code: 'INSUFFICIENT_SCOPE',
      ip: `2001:db8::${at}`,
      requestId: REFUSED_REQUEST,
      scopes: Array.from({ length: 50 }, (_, scope) => `word:${scope}`.padEnd(90, 'x')),
    })
  await usage.flush()
}

function inPortions<Row>(count: number, make: (number: number) => Row) {
  return async (write: (rows: Row[]) => Promise<void>): Promise<void> => {
    for (let start = 0; start < count; start += ROWS_AT_ONCE)
      await write(
        Array.from({ length: Math.min(ROWS_AT_ONCE, count - start) }, (_, at) => make(start + at)),
      )
  }
}

/** Adds members who cannot sign in, for whom sessions are made. @returns the persons' ids */
export async function addMembers(ctx: Context, role: Role, names: string[]): Promise<string[]> {
  const { db } = ctx
  const at = ctx.now()
  const isVerified = storedBoolean(ctx.database.dialect, false)
  await inPortions(names.length, (number) => ({
    id: `usr_${names[number]}`,
    name: `${names[number]} ${'ﷺ'.repeat(80)}`,
    email: `${names[number]}@example.com`,
    email_verified: isVerified,
    image: null,
    created_at: at,
    updated_at: at,
  }))(async (rows) => void (await db.insertInto('users').values(rows).execute()))
  await inPortions(names.length, (number) => ({
    id: `mem_${names[number]}`,
    organization_id: ORGANIZATION,
    user_id: `usr_${names[number]}`,
    role,
    created_at: at,
  }))(async (rows) => void (await db.insertInto('members').values(rows).execute()))
  return names.map((name) => `usr_${name}`)
}

/** Begins a session. @returns its Cookie header */
export async function beginSession(ctx: Context, userId: string, name: string): Promise<string> {
  const at = ctx.now()
  const token = `${name}${'s'.repeat(20)}`
  await ctx.db
    .insertInto('sessions')
    .values({
      id: token,
      token,
      expires_at: new Date(Date.now() + DAY_MS).toISOString(),
      ip_address: null,
      user_agent: null,
      user_id: userId,
      active_organization_id: ORGANIZATION,
      created_at: at,
      updated_at: at,
    })
    .execute()
  const signature = hmac(Buffer.from(sessionSecret(ctx)), token).toString('base64')
  return `nas.session_token=${encodeURIComponent(`${token}.${signature}`)}`
}
