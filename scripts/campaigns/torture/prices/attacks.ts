import { beginsLikeSecrets } from './dear-inputs.ts'
import type { Place } from './place.ts'
import { NUMBER, type Asked } from './send.ts'

/** Requests that once stopped verification for everybody, or nearly did. */
export function attacksOn({ credentials, serviceToken, boundKey }: Place): Record<string, Asked> {
  const get = (target: string, headers: Record<string, string> = {}): Asked => ({
    method: 'GET',
    target,
    headers,
  })
  const post = (target: string, body: object | string, headers = {}): Asked => ({
    method: 'POST',
    target,
    headers: { 'Content-Type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const { viewer } = credentials
  const service = { Authorization: `Bearer ${serviceToken}` }
  return {
    'prefixes of secrets in a path': get(`/${beginsLikeSecrets}`),
    'prefixes of secrets below check': get(`/api/auth/check/${beginsLikeSecrets}`),
    'failed sign-ins': post('/api/session/sign-in/email', {
      email: `nobody-${NUMBER}@example.com`,
      password: 'not the password',
    }),
    'sign-ups': post('/api/session/sign-up/email', {
      name: 'Somebody',
      email: `somebody-${NUMBER}@example.com`,
      password: 'correct horse battery staple',
    }),
    'bodies nested deeply': post(
      '/api/session/organization/leave',
      `{"a":${'['.repeat(30_000)}${']'.repeat(30_000)}}`,
    ),
    'refused keys': get('/api/whoami', { Authorization: 'Bearer no-key' }),
    'files of audit events': get('/api/audit-events?format=csv', viewer),
    'searches that nearly fit': get(`/api/keys?q=${'a'.repeat(60)}b`, viewer),
    'lists of members': get('/api/session/organization/list-members', viewer),
    'keys with 100 addresses': post(
      '/api/auth/verify',
      { key: boundKey, ip: '2001:db8:0:100::1' },
      service,
    ),
  }
}
