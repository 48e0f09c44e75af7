// Organizations and what belongs to them, made by the API.
import { expect } from 'vitest'
import type { Role } from '@zentrix/shared/scopes.ts'
import { callAs, type Person } from './person.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'

/** Invites an address. @returns the path of the link */
export async function invite(
  service: Service,
  by: Person,
  email: string,
  role: Role = 'member',
): Promise<string> {
  const response = await callAs(service, by, 'POST', '/api/session/organization/invite-member', {
    email,
    role,
  })
  expect(response.status).toBe(200)
  const { id } = (await response.json()) as { id: string }
  return `/invitation#token=${id}`
}

export async function renameOrganization(
  service: Service,
  by: Person,
  name: string,
): Promise<void> {
  const path = '/api/session/organization/update'
  expect((await callAs(service, by, 'POST', path, { data: { name } })).status).toBe(200)
}

/** Makes a service token. @returns it in full */
export async function makeToken(service: Service, by: Person, name: string): Promise<string> {
  const response = await callAs(service, by, 'POST', '/api/service-tokens', {
    name,
    scopes: ['keys:verify'],
  })
  expect(response.status).toBe(201)
  return ((await response.json()) as { token: string }).token
}

/** The status with which POST /api/auth/verify answers this token. */
export async function verifyStatus(service: Service, token: string): Promise<number> {
  const response = await fetch(`${service.url}/api/auth/verify`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: 'nas_unknown' }),
  })
  return response.status
}
