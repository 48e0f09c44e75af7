// People and their keys, made by the API: a test clicks only what it is about.
import { expect } from 'vitest'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'

export const PASSWORD = 'correct horse battery staple'

type Cookie = { name: string; value: string }

export type Person = { email: string; cookie: Cookie }

let people = 0
let addresses = 0

/** One address may sign up only ten people in a minute. */
function anotherAddress(): string {
  addresses += 1
  return `203.0.113.${addresses % 256}`
}

/** Makes an account with an organization of its own, signed in. */
export async function makePerson(service: Service): Promise<Person> {
  people += 1
  const email = `person-${people}@example.com`
  return signUp(service, { name: `Ada Person ${people}`, email })
}

/**
 * Makes an account. A busy machine may have no time for the password, or for the answer after it made
 * the account: 503, and another attempt.
 */
export async function signUp(
  service: Service,
  person: { name: string; email: string; invitationId?: string | undefined },
): Promise<Person> {
  for (let wasBusy = false; ; wasBusy = true) {
    const response = await fetch(`${service.url}/api/session/sign-up/email`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': anotherAddress() },
      body: JSON.stringify({ ...person, password: PASSWORD }),
    })
    const text = await response.text()
    if (response.status === 503) continue
    if (response.status === 409 && wasBusy) return signInAgain(service, person.email)
    expect(response.status, text).toBe(200)
    return { email: person.email, cookie: sessionCookie(response) }
  }
}

async function signInAgain(service: Service, email: string): Promise<Person> {
  const response = await signInAs(service, email, PASSWORD)
  if (response.status === 503) return signInAgain(service, email)
  expect(response.status, await response.text()).toBe(200)
  return { email, cookie: sessionCookie(response) }
}

function sessionCookie(response: Response): Cookie {
  const header = response.headers.getSetCookie().find((line) => line.includes('session_token'))!
  const [name = '', value = ''] = header.split(';')[0]!.split(/=(.*)/)
  return { name, value }
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
