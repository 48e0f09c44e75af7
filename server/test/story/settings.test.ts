import { expect, test } from 'vitest'
import { ConfigError, readConfig } from '../../src/config/config.ts'

const refused: [name: string, value: string][] = [
  ['TRUST_PROXY', 'true'],
  ['TRUST_PROXY', 'proxy.example.com'],
  ['TRUST_PROXY', '0'],
  ['TRUST_PROXY', '10.0.0.0/33'],
  ['TRUST_PROXY', '0/0'],
  ['TRUST_PROXY', '0.0.0.0/0'],
  ['TRUST_PROXY', '::/0'],
  ['TRUST_PROXY', '10.0.0.0/8,::/0'],
  ['TRUST_PROXY', '::ffff:0:0/96'],
  ['TRUST_PROXY', '0.0.0.0/1,128.0.0.0/1'],
  ['TRUST_PROXY', '2000::/3'],
  ['PORT', 'abc'],
  ['PORT', '65536'],
  ['PORT', '-1'],
  ['AUTH_SECRET', 'x'.repeat(31)],
  ['DATABASE_URL', 'mysql://127.0.0.1/keys'],
  ['DATABASE_URL', 'keys.db'],
  ['PUBLIC_URL', 'localhost:3000'],
  ['PUBLIC_URL', 'https://keys.example.com/portal'],
  ['PORTAL_ORIGINS', '*'],
  ['PORTAL_ORIGINS', 'https://a.example.com,*'],
  ['PORTAL_ORIGINS', 'https://*'],
  ['PORTAL_ORIGINS', 'https://*.example.com'],
  ['PORTAL_ORIGINS', 'https://%2a.example.com'],
  ['PORTAL_ORIGINS', 'https://a.example.com/'.repeat(2)],
  ['PORTAL_ORIGINS', 'https://a{1,2}.example.com'],
  ['ALLOW_SIGN_UP', 'yes'],
  ['RATE_LIMIT_PER_MINUTE', '-5'],
  ['RATE_LIMIT_PER_MINUTE', '1000001'],
  ['WIDGET_TOKEN_TTL_SECONDS', '1.5'],
  ['WORKERS', 'many'],
  ['BOOTSTRAP_EMAIL', 'nobody'],
  ['BOOTSTRAP_PASSWORD', 'short'],
  ['BOOTSTRAP_SERVICE_TOKEN', `nassvc_${'0'.repeat(32)}`],
  ['METRICS_TOKEN', 'easy'],
  ['REDIS_URL', 'http://127.0.0.1'],
  ['REDIS_URL', 'redis:///0'],
  ['REDIS_URL', 'redis://127.0.0.1/budgets'],
  ['REDIS_URL', 'redis://127.0.0.1?db=1'],
  ['REDIS_URL', 'redis://:%zz@127.0.0.1'],
  ['OIDC_ISSUER', 'login.example.com'],
  ['SMTP_URL', 'mail.example.com'],
  ['SMTP_URL', 'smtp://mail.example.com?from=nobody'],
  ['SMTP_URL', 'smtp://mail.example.com?proxy=http://127.0.0.1'],
  ['SMTP_URL', 'smtp://%zz@mail.example.com'],
  ['USAGE_RETENTION_DAYS', '36501'],
  ['RATE_LIMIT_ON_FAILURE', 'maybe'],
  ['LEAK_POLICY', 'ignore'],
  ['LOG_LEVEL', 'loud'],
]

test.each(refused)('%s=%s is refused by name, without its value', (name, value) => {
  const message = refusal({ [name]: value })
  expect(message).toMatch(new RegExp(`^${name} [^\n]+$`))
  expect(message).not.toContain(value)
})

const incomplete: [name: string, env: Record<string, string>][] = [
  ['AUTH_SECRET', { NODE_ENV: 'production' }],
  ['BOOTSTRAP_PASSWORD', { BOOTSTRAP_EMAIL: 'owner@example.com' }],
  ['BOOTSTRAP_EMAIL', { BOOTSTRAP_PASSWORD: 'correct horse battery staple' }],
  ['OIDC_CLIENT_SECRET', { OIDC_ISSUER: 'https://login.example.com', OIDC_CLIENT_ID: 'portal' }],
]

test.each(incomplete)('%s is asked for beside %o', (name, env) => {
  expect(refusal(env)).toContain(name)
})

test('SMTP_URL names a server, the account there, and the sender of mail', () => {
  const { mailServer } = readConfig({
    SMTP_URL: 'smtps://keys%40example.com:p%2Fw@mail.example.com?from=keys@example.com',
  })
  expect(mailServer).toEqual({
    host: 'mail.example.com',
    port: 465,
    secure: true,
    auth: { user: 'keys@example.com', pass: 'p/w' },
    from: 'keys@example.com',
  })
})

test('an empty value counts as absent', () => {
  const empty = Object.fromEntries(refused.map(([name]) => [name, '']))
  expect(readConfig(empty)).toEqual(readConfig({}))
})

function refusal(env: Record<string, string>): string {
  try {
    readConfig(env)
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return (error as ConfigError).message
  }
  throw new Error('it was accepted')
}
