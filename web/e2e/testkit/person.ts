// People and their keys: a test clicks only what it is about.
import { expect } from 'vitest'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { Role } from '@zentrix/shared/scopes.ts'
import { insertAccount, insertSession } from '../../../scripts/testkit/api/people.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { inTransaction } from '../../../server/src/features/audit/in-transaction.ts'
import { addMember as insertMembership } from '../../../server/src/features/people/members/add-member.ts'
import type { RequestTrace } from '../../../server/src/features/principals.ts'
import { join } from '../../../server/src/features/people/sign-up/sign-up.ts'
import { withContext } from './with-database.ts'

export { PASSWORD } from '../../../scripts/testkit/api/people.ts'

type Cookie = { name: string; value: string }

export type Person = { email: string; cookie: Cookie; organizationId: string }

const TRACE: RequestTrace = { ip: '203.0.113.1', userAgent: null, requestId: null }

// With the number of the process, because files of other processes may share the service.
let people = 0

/** Makes an account with an organization of its own, signed in. */
export async function makePerson(service: Service): Promise<Person> {
  const number = ++people
  const email = `person-${number}-${process.pid}@example.com`
  return withContext(service, async (ctx) => {
    const user = await insertAccount(ctx, { name: `Ada Person ${number}`, email })
    await inTransaction(ctx, (tx) => join(tx, user, undefined, TRACE))
    const { organization_id: organizationId } = await ctx.db
      .selectFrom('members')
      .select('organization_id')
      .where('user_id', '=', user.id)
      .executeTakeFirstOrThrow()
    return { email, cookie: await insertSession(ctx, user.id, organizationId), organizationId }
  })
}

/** Makes an account that belongs to the organization of `by`, and to no other. */
export async function addMember(
  service: Service,
  { organizationId }: Person,
  role: Role,
  name: string,
): Promise<Person> {
  people += 1
  const email = `member-${people}-${process.pid}@example.com`
  return withContext(service, async (ctx) => {
    const user = await insertAccount(ctx, { name, email })
    await inTransaction(ctx, (tx) => insertMembership(tx, user, organizationId, role, TRACE))
    return { email, cookie: await insertSession(ctx, user.id, organizationId), organizationId }
  })
}

/** Calls the portal's API as that person. */
export async function callAs(
  service: Service,
  { cookie }: Person,
  method: string,
  path: string,
  body?: unknown,
): Promise<Response> {
  return fetch(service.url + path, {
    method,
    headers: {
      Cookie: `${cookie.name}=${cookie.value}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
}

export async function issueKey(
  service: Service,
  person: Person,
  label: string,
  settings: Record<string, unknown> = {},
): Promise<IssuedKey> {
  const response = await callAs(service, person, 'POST', '/api/keys', { label, ...settings })
  expect(response.status).toBe(201)
  return (await response.json()) as IssuedKey
}

export async function rotateKey(
  service: Service,
  person: Person,
  id: string,
  overlapSeconds = 86_400,
): Promise<IssuedKey> {
  const response = await callAs(service, person, 'POST', `/api/keys/${id}/rotate`, {
    overlapSeconds,
  })
  expect(response.status).toBe(201)
  return (await response.json()) as IssuedKey
}

export async function revokeKey(service: Service, person: Person, id: string): Promise<void> {
  expect((await callAs(service, person, 'DELETE', `/api/keys/${id}`)).status).toBe(204)
}

export async function listKeys(service: Service, person: Person): Promise<ApiKey[]> {
  const response = await callAs(service, person, 'GET', '/api/keys?status=all')
  expect(response.status).toBe(200)
  return ((await response.json()) as { data: ApiKey[] }).data
}

/** Mints a widget token, which is a use of the key. */
export async function mintToken(service: Service, key: string): Promise<void> {
  const response = await fetch(`${service.url}/api/widget/token`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ agentId: '550e8400-e29b-41d4-a716-446655440000' }),
  })
  expect(response.status).toBe(200)
}

/** Signs in as another browser does. */
export async function signInAs(
  service: Service,
  email: string,
  password: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${service.url}/api/session/sign-in/email`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify({ email, password }),
  })
}

/** Ends every session of a person, as another device can. */
export async function signOut(service: Service, person: Person): Promise<void> {
  const response = await callAs(service, person, 'POST', '/api/session/sign-out', {})
  expect(response.status).toBe(200)
}
