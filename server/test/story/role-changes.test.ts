import { randomUUID } from 'node:crypto'
import { describe, expect, inject, onTestFinished, test } from 'vitest'
import {
  openConnection,
  requestText,
  type Connection,
} from '../../../scripts/testkit/load/connection.ts'
import type { Service } from '../../../scripts/testkit/processes/service.ts'
import { createDatabase } from '../../../scripts/testkit/processes/postgres.ts'
import { runService } from './ends.ts'

// A connection stays with the thread that took it, so of so many each thread has some.
const CONNECTIONS = 8
const PASSWORD = 'a password for tests'
const NEW_PASSWORD = 'another password for tests'
const OWNER = 'owner@example.com'
const ADA = 'ada@example.com'

type Body = Record<string, unknown>
type Session = { cookie: string; organizationId: string }

/** A person's answers about keys, making one, invitations, and service tokens. */
const outcomes = {
  viewer: [200, 403, 403, 403],
  member: [200, 400, 403, 403],
  admin: [200, 400, 200, 403],
  owner: [200, 400, 200, 200],
  nobodyHere: [403, 403, 404, 403],
  signedOut: [401, 401, 401, 401],
}

async function call(service: Service, path: string, body?: Body, cookie = '') {
  const response = await fetch(`${service.url}/api/session/${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { Cookie: cookie, ...(body && { 'Content-Type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  })
  const answer = (await response.json()) as Body
  expect(response.status, `${path}: ${JSON.stringify(answer)}`).toBe(200)
  const cookies = response.headers.getSetCookie().map((line) => line.split(';')[0])
  return { answer, cookie: cookies.join('; ') }
}

async function enter(service: Service, path: string, body: Body): Promise<Session> {
  const { cookie } = await call(service, path, body)
  const { answer } = await call(service, 'get-session', undefined, cookie)
  const { activeOrganizationId } = answer['session'] as { activeOrganizationId: string }
  return { cookie, organizationId: activeOrganizationId }
}

const signIn = (service: Service, email: string, password = PASSWORD) =>
  enter(service, 'sign-in/email', { email, password })

async function openConnections({ url }: Service): Promise<Connection[]> {
  const port = Number(new URL(url).port)
  const connections = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => openConnection(port)),
  )
  onTestFinished(() => connections.forEach((connection) => connection.close()))
  return connections
}

/** The answers that a session gets now, on each of the connections. */
async function tried(
  connections: Connection[],
  { cookie, organizationId }: Session,
): Promise<number[][]> {
  const headers = { Cookie: cookie }
  const invitations = `/api/session/organization/list-invitations?organizationId=${organizationId}`
  const requests = [
    requestText('GET', '/api/keys', headers),
    requestText('POST', '/api/keys', headers, {}),
    requestText('GET', invitations, headers),
    requestText('GET', '/api/service-tokens', headers),
  ]
  return Promise.all(
    connections.map(async (connection) => {
      const answers = await Promise.all(connection.send(requests))
      return answers.map(({ status }) => status)
    }),
  )
}

async function company(service: Service) {
  const owner = await enter(service, 'sign-up/email', {
    name: 'Owner',
    email: OWNER,
    password: PASSWORD,
  })
  const organization = (verb: string, body: Body) =>
    call(service, `organization/${verb}`, body, owner.cookie)
  const invite = async () => {
    const { answer } = await organization('invite-member', { email: ADA, role: 'viewer' })
    return answer['id']
  }
  const ada = await enter(service, 'sign-up/email', {
    name: 'Ada',
    email: ADA,
    password: PASSWORD,
    invitationId: await invite(),
  })
  const setRole = async (role: string) => {
    const { answer } = await call(service, 'organization/list-members', undefined, owner.cookie)
    const members = answer['members'] as { id: string; user: { email: string } }[]
    const memberId = members.find(({ user }) => user.email === ADA)!.id
    await organization('update-member-role', { memberId, role })
  }
  return { owner, ada, invite, setRole, organization }
}

describe.each(['sqlite', 'postgres'])('on %s, with two threads', (dialect) => {
  test('whatever ends or changes a right counts at once, on every open connection', async () => {
    const service = await runService({
      WORKERS: '2',
      ...(dialect === 'postgres' && {
        DATABASE_URL: await createDatabase(
          inject('postgresUrl'),
          `roles_${randomUUID().replaceAll('-', '')}`,
        ),
      }),
    })
    const { owner, ada, invite, setRole, organization } = await company(service)
    const connections = await openConnections(service)
    const expectNow = async (outcome: keyof typeof outcomes, session = ada) =>
      expect(await tried(connections, session)).toEqual(Array(CONNECTIONS).fill(outcomes[outcome]))

    await expectNow('viewer')
    for (const role of ['admin', 'viewer', 'member', 'owner', 'viewer'] as const) {
      await setRole(role)
      await expectNow(role)
    }
    await organization('remove-member', { memberIdOrEmail: ADA })
    await expectNow('nobodyHere')
    const invitationId = await invite()
    await call(service, 'organization/accept-invitation', { invitationId }, ada.cookie)
    await expectNow('viewer')
    const { organizationId } = ada
    await call(service, 'organization/leave', { organizationId }, ada.cookie)
    await expectNow('nobodyHere')
    const again = await invite()
    await call(service, 'organization/accept-invitation', { invitationId: again }, ada.cookie)
    await expectNow('viewer')

    const phone = await signIn(service, ADA)
    await expectNow('viewer', phone)
    await call(service, 'revoke-other-sessions', {}, phone.cookie)
    await expectNow('signedOut')
    await expectNow('viewer', phone)
    const { stdout } = await service.keys('user', 'reset-password', ADA)
    const token = stdout.trim().split('#token=')[1]
    await call(service, 'reset-password', { token, newPassword: NEW_PASSWORD })
    await expectNow('signedOut', phone)
    const last = await signIn(service, ADA, NEW_PASSWORD)
    await expectNow('viewer', last)
    await call(service, 'sign-out', {}, last.cookie)
    await expectNow('signedOut', last)
    await expectNow('owner', owner)
  })
})
