import * as z from 'zod'
import { readAddressBlock, type AddressBlock } from '@zentrix/shared/addresses.ts'
import { hasValidChecksum, SERVICE_TOKEN_PREFIX } from '@zentrix/shared/keys/key-format.ts'
import { DEFAULT_RATE_LIMIT_PER_MINUTE, MAX_RATE_LIMIT_PER_MINUTE } from '@zentrix/shared/limits.ts'
import {
  MAX_PASSWORD_LENGTH,
  MIN_PASSWORD_LENGTH,
} from '@zentrix/shared/schemas/people/sessions.ts'
import { databaseUrl } from './database-url.ts'
import { present } from '../lib/typed.ts'

export const MIN_AUTH_SECRET_LENGTH = 32

/** A setting that cannot be used. `main` prints its message, one line, and exits with 1. */
export class ConfigError extends Error {}

const flag = z.enum(['true', 'false'], 'must be true or false').transform((text) => text === 'true')

function wholeNumber(min: number, max: number) {
  const message = `must be a whole number from ${min} to ${max}`
  return z
    .string()
    .regex(/^[0-9]{1,9}$/, message)
    .transform(Number)
    .refine((value) => value >= min && value <= max, message)
}

// Aborts, because the checks after it parse the URL.
const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'must be an http or https URL',
  abort: true,
})

// The server there decides which reports we believe, so nobody on the way may answer for it.
const keysUrl = httpUrl.refine((text) => {
  const { protocol, hostname } = new URL(text)
  return protocol === 'https:' || /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname)
}, 'must be an https URL, or one on this machine')

const origin = httpUrl.transform((text, context) => {
  const url = new URL(text)
  // No browser names a host with `*` or the like, and a library might take it for a pattern.
  const isHost = /^(\[[0-9a-f:]+\]|[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?)$/.test(url.hostname)
  if (isHost && url.href === `${url.origin}/`) return url.origin
  context.addIssue(
    'must be a scheme, a host and perhaps a port, and nothing else: no path and no pattern',
  )
  return z.NEVER
})

const origins = z
  .string()
  .transform((text) => text.split(',').map((part) => part.trim()))
  .pipe(z.array(origin))

const redisMessage = 'must be redis://… or rediss://…, with a host and perhaps a database number'

const redisUrl = z
  .url({ protocol: /^rediss?$/, error: redisMessage, abort: true })
  .refine((text) => {
    const { hostname, pathname, search, hash, username, password } = new URL(text)
    const isPlain = hostname !== '' && search === '' && hash === '' && /^(\/\d*)?$/.test(pathname)
    return isPlain && decoded(username) !== undefined && decoded(password) !== undefined
  }, redisMessage)

// The widest blocks that belong to one network: 10.0.0.0/8, fc00::/7. Wider ones hold strangers.
const MIN_TRUSTED_BITS = { ipv4: 8, ipv6: 7 }

function isTrustworthy({ base, bits }: AddressBlock): boolean {
  return bits >= MIN_TRUSTED_BITS[typeof base === 'number' ? 'ipv4' : 'ipv6']
}

// A bare "true", or a block of all addresses, would believe what clients write into X-Forwarded-For.
const trustProxy = z.string().transform((text, context): false | number | AddressBlock[] => {
  if (text === 'false') return false
  if (/^[1-9][0-9]?$/.test(text)) return Number(text)
  const blocks = text.split(',').map((block) => readAddressBlock(block.trim()))
  const read = blocks.filter((block) => block !== undefined)
  if (read.length === blocks.length && read.every(isTrustworthy)) return read
  context.addIssue(
    read.length < blocks.length
      ? 'must be false, a number of hops, or a list of addresses and CIDR blocks'
      : 'must not trust a block as wide as that: every client could choose its address (at least /8, in IPv6 /7)',
  )
  return z.NEVER
})

const smtpMessage = 'must be smtp://… or smtps://…, perhaps with ?from=ADDRESS'

// Only `from` may be in the query: the mail library would read other options there.
const mailServer = z
  .url({ protocol: /^smtps?$/, error: smtpMessage, abort: true })
  .transform((text, context) => {
    const { protocol, hostname, port, username, password, searchParams } = new URL(text)
    const secure = protocol === 'smtps:'
    const from = z
      .email()
      .optional()
      .safeParse(searchParams.get('from') ?? undefined)
    const user = decoded(username)
    const pass = decoded(password)
    const isUsable = hostname !== '' && from.success && user !== undefined && pass !== undefined
    if (isUsable && [...searchParams.keys()].every((name) => name === 'from'))
      return {
        host: hostname.replace(/^\[|\]$/g, ''),
        port: port === '' ? (secure ? 465 : 587) : Number(port),
        secure,
        auth: user === '' ? undefined : { user, pass },
        from: from.data,
      }
    context.addIssue(smtpMessage)
    return z.NEVER
  })

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined // a stray percent sign
  }
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

const Environment = z.object({
  NODE_ENV: z.string().default('development'),
  HOST: z.string().min(1).default('127.0.0.1'),
  PORT: wholeNumber(0, 65_535).default(3000),
  DATABASE_URL: databaseUrl,
  REDIS_URL: redisUrl.optional(),
  PUBLIC_URL: origin.optional(),
  AUTH_SECRET: z
    .string()
    .min(MIN_AUTH_SECRET_LENGTH, `must have at least ${MIN_AUTH_SECRET_LENGTH} characters`)
    .optional(),
  PORTAL_ORIGINS: origins.default([]),
  PORTAL_RETURN_ORIGINS: origins.default([]),
  TRUST_PROXY: trustProxy.default(false),
  ALLOW_SIGN_UP: flag.default(false),
  RATE_LIMIT_PER_MINUTE: wholeNumber(1, MAX_RATE_LIMIT_PER_MINUTE).default(
    DEFAULT_RATE_LIMIT_PER_MINUTE,
  ),
  WIDGET_TOKEN_TTL_SECONDS: wholeNumber(1, 3600).default(60),
  BOOTSTRAP_EMAIL: z.email('must be an e-mail address').optional(),
  BOOTSTRAP_PASSWORD: z
    .string()
    .min(MIN_PASSWORD_LENGTH, `must have at least ${MIN_PASSWORD_LENGTH} characters`)
    .max(MAX_PASSWORD_LENGTH, `must have at most ${MAX_PASSWORD_LENGTH} characters`)
    .optional(),
  BOOTSTRAP_SERVICE_TOKEN: z
    .string()
    .refine(
      (text) => hasValidChecksum(text, SERVICE_TOKEN_PREFIX),
      'must be nassvc_ and 32 characters with a valid checksum',
    )
    .optional(),
  METRICS_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  WORKERS: wholeNumber(1, 64).default(1),
  OIDC_ISSUER: httpUrl.optional(),
  OIDC_CLIENT_ID: z.string().min(1).optional(),
  OIDC_CLIENT_SECRET: z.string().min(1).optional(),
  SMTP_URL: mailServer.optional(),
  WEBHOOK_ALLOW_PRIVATE: flag.default(false),
  USAGE_RETENTION_DAYS: wholeNumber(1, 36_500).default(400),
  RATE_LIMIT_ON_FAILURE: z
    .enum(['deny', 'allow', 'local'], 'must be deny, allow or local')
    .default('deny'),
  LEAK_POLICY: z.enum(['revoke', 'notify'], 'must be revoke or notify').default('revoke'),
  LEAK_KEYS_URL: keysUrl.default('https://api.github.com/meta/public_keys/secret_scanning'),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl.optional(),
  LOG_LEVEL: z.enum(logLevels, `must be one of ${logLevels.join(', ')}`).default('info'),
})

/** The names of all settings. */
export const settingNames = Object.keys(Environment.shape)

/** The names of those that have a value where nobody gives one, but for an empty list. */
export const settingsWithDefault = Object.entries(Environment.shape).flatMap(([name, schema]) => {
  const { data } = schema.safeParse(undefined)
  return data === undefined || (Array.isArray(data) && data.length === 0) ? [] : [name]
})

export type Config = ReturnType<typeof readConfig>

// Built without ICU, Node leaves text as it is, and a password hashes differently than elsewhere.
function assertUnicode(): void {
  if ('\uFB01e\u0301'.normalize('NFKC') !== 'fi\u00E9')
    throw new ConfigError('This Node.js cannot normalize Unicode: use one that has ICU')
}

/**
 * Reads and checks every setting.
 *
 * @param source such as `process.env`; an empty value counts as absent
 * @throws {ConfigError} naming the first variable that is wrong, never its value
 */
export function readConfig(source: Record<string, string | undefined>) {
  assertUnicode()
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''))
  const parsed = Environment.safeParse(given)
  if (!parsed.success) {
    const issue = present(parsed.error.issues[0])
    throw new ConfigError(`${String(issue.path[0])} ${issue.message}`)
  }
  const env = parsed.data
  const isProduction = env.NODE_ENV === 'production'
  if (isProduction && !env.AUTH_SECRET)
    throw new ConfigError(
      'AUTH_SECRET is required when NODE_ENV=production; `openssl rand -hex 32` makes one',
    )
  if (!env.BOOTSTRAP_EMAIL !== !env.BOOTSTRAP_PASSWORD)
    throw new ConfigError('BOOTSTRAP_EMAIL and BOOTSTRAP_PASSWORD must be set together')
  const oidc = [env.OIDC_ISSUER, env.OIDC_CLIENT_ID, env.OIDC_CLIENT_SECRET].filter(Boolean)
  if (oidc.length !== 0 && oidc.length !== 3)
    throw new ConfigError('OIDC_ISSUER, OIDC_CLIENT_ID and OIDC_CLIENT_SECRET must be set together')
  for (const name of ['BETTER_AUTH_SECRETS', 'BETTER_AUTH_TRUSTED_ORIGINS'])
    if (given[name] !== undefined)
      throw new ConfigError(
        `${name} must not be set: it would override this service's own settings`,
      )

  return {
    isProduction,
    host: env.HOST,
    port: env.PORT,
    database: env.DATABASE_URL,
    redisUrl: env.REDIS_URL,
    publicUrl: env.PUBLIC_URL ?? `http://localhost:${env.PORT}`,
    // Without PUBLIC_URL the portal may be opened by any loopback name of the same port.
    isPublicUrlGiven: env.PUBLIC_URL !== undefined,
    authSecret: env.AUTH_SECRET,
    portalOrigins: env.PORTAL_ORIGINS,
    portalReturnOrigins: env.PORTAL_RETURN_ORIGINS,
    trustProxy: env.TRUST_PROXY,
    allowSignUp: env.ALLOW_SIGN_UP,
    rateLimitPerMinute: env.RATE_LIMIT_PER_MINUTE,
    widgetTokenTtlSeconds: env.WIDGET_TOKEN_TTL_SECONDS,
    bootstrapOwner:
      env.BOOTSTRAP_EMAIL && env.BOOTSTRAP_PASSWORD
        ? { email: env.BOOTSTRAP_EMAIL, password: env.BOOTSTRAP_PASSWORD }
        : undefined,
    bootstrapServiceToken: env.BOOTSTRAP_SERVICE_TOKEN,
    metricsToken: env.METRICS_TOKEN,
    workers: env.WORKERS,
    oidc:
      env.OIDC_ISSUER && env.OIDC_CLIENT_ID && env.OIDC_CLIENT_SECRET
        ? {
            issuer: env.OIDC_ISSUER,
            clientId: env.OIDC_CLIENT_ID,
            clientSecret: env.OIDC_CLIENT_SECRET,
          }
        : undefined,
    mailServer: env.SMTP_URL,
    mayWebhooksReachPrivate: env.WEBHOOK_ALLOW_PRIVATE,
    usageRetentionDays: env.USAGE_RETENTION_DAYS,
    rateLimitOnFailure: env.RATE_LIMIT_ON_FAILURE,
    leakPolicy: env.LEAK_POLICY,
    leakKeysUrl: env.LEAK_KEYS_URL,
    tracesEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT,
    logLevel: env.LOG_LEVEL,
  }
}
