import type { Response } from 'supertest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { Person, TestApi } from './kit.ts'

export const KEY = '5f0c7a9e41d84b6f93c2ae10b7d86f25'
export const body = { label: 'Production server', scopes: ['widget:token'], expiresAt: null }

export async function prepare(open: () => Promise<TestApi>) {
  const api = await open()
  return { api, owner: await api.owner() }
}

/** Makes a key under an Idempotency-Key. */
export function make({ agent }: Person, options: { header?: string; body?: object } = {}) {
  return agent
    .post('/api/keys')
    .set('User-Agent', 'idempotency test')
    .set('Idempotency-Key', options.header ?? KEY)
    .send(options.body ?? body)
}

export function headersOf({ cookie }: Person) {
  return { Cookie: cookie, 'Idempotency-Key': KEY }
}

export function keyOf(response: Response): IssuedKey {
  return response.body as IssuedKey
}
