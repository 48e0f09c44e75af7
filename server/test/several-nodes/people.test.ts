import { describe, expect, test } from 'vitest'
import { makeLink } from '../../../scripts/testkit/api/hand-over.ts'
import { PASSWORD, type Person } from '../../../scripts/testkit/api/kit.ts'
import { isRedisMissing } from '../../../scripts/testkit/processes/redis.ts'
import { totp } from '../../../scripts/testkit/api/totp.ts'
import { atOnce, inOneMinute, sharedBudgets, statusesOf, threeNodes } from './three-nodes.ts'

const closed = { env: { ALLOW_SIGN_UP: 'false' } }

type Nodes = Awaited<ReturnType<typeof threeNodes>>

function cookiesOf({ headers }: { headers: Record<string, unknown> }): string {
  const cookies = (headers['set-cookie'] ?? []) as string[]
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}

function signIn({ requestOf }: Nodes, at: number, email: string, password = PASSWORD) {
  return requestOf(at).post('/api/session/sign-in/email').send({ email, password })
}

function listKeys({ requestOf }: Nodes, at: number, cookie: string) {
  return requestOf(at).get('/api/keys').set('Cookie', cookie)
}

test('a person who signs in or out at one node is signed in or out at all nodes', async () => {
  const nodes = await threeNodes()
  const { email } = await nodes.api.owner()
  const cookie = cookiesOf(await signIn(nodes, 0, email).expect(200))
  expect(statusesOf(await atOnce(3, (at) => listKeys(nodes, at, cookie)))).toEqual([200, 200, 200])
  await nodes.requestOf(1).post('/api/session/sign-out').set('Cookie', cookie).send({}).expect(200)
  expect(statusesOf(await atOnce(3, (at) => listKeys(nodes, at, cookie)))).toEqual([401, 401, 401])
})

test('a removal at one node acts at the others from the next request on', async () => {
  const nodes = await threeNodes()
  const owner = await nodes.api.owner()
  const member = await nodes.api.member(owner.organizationId, 'member')
  await listKeys(nodes, 2, member.cookie).expect(200)
  await nodes
    .requestOf(1)
    .post('/api/session/organization/remove-member')
    .set('Cookie', owner.cookie)
    .send({ memberIdOrEmail: member.email })
    .expect(200)
  expect(statusesOf(await atOnce(3, (at) => listKeys(nodes, at, member.cookie)))).not.toContain(200)
})

test('when the first people sign up at every node at once, one wins', async () => {
  const nodes = await threeNodes(closed)
  const answers = await atOnce(6, (at) =>
    nodes
      .requestOf(at)
      .post('/api/session/sign-up/email')
      .send({ name: 'First', email: `first-${at}@example.com`, password: PASSWORD }),
  )
  expect(statusesOf(answers)).toEqual([200, 403, 403, 403, 403, 403])
  const users = await nodes.api.ctx.db.selectFrom('users').select('id').execute()
  expect(users).toHaveLength(1)
})

test('an invitation lets in one, though it is accepted at every node at once', async () => {
  const nodes = await threeNodes(closed)
  const owner = await nodes.api.owner()
  const email = 'grace@example.com'
  const { body } = await owner.agent
    .post('/api/session/organization/invite-member')
    .send({ email, role: 'member' })
    .expect(200)
  const invitationId = String((body as { id: unknown }).id)
  const answers = await atOnce(6, (at) =>
    nodes
      .requestOf(at)
      .post('/api/session/sign-up/email')
      .send({ name: 'Grace', email, password: PASSWORD, invitationId }),
  )
  expect(statusesOf(answers).filter((status) => status === 200)).toHaveLength(1)
  const members = await nodes.api.ctx.db
    .selectFrom('members')
    .select('id')
    .where('organization_id', '=', owner.organizationId)
    .execute()
  expect(members).toHaveLength(2)
})

test('a code from the app lets in once, though it is sent to every node at once', async () => {
  const nodes = await threeNodes()
  const person = await nodes.api.owner()
  const secret = await turnOnSecondFactor(person)
  const challenges = await atOnce(3, (at) => signIn(nodes, at, person.email))
  const code = totp(secret, 1)
  const answers = await atOnce(3, (at) =>
    nodes
      .requestOf(at + 1) // a sign-in that began at one node goes on at another
      .post('/api/session/two-factor/verify-totp')
      .set('Cookie', cookiesOf(challenges[at]!))
      .send({ code }),
  )
  expect(statusesOf(answers)).toEqual([200, 401, 401])
})

async function turnOnSecondFactor({ agent }: Person): Promise<string> {
  const enabling = await agent
    .post('/api/session/two-factor/enable')
    .send({ password: PASSWORD })
    .expect(200)
  const { totpURI } = enabling.body as { totpURI: string }
  const secret = new URL(totpURI).searchParams.get('secret')!
  await agent
    .post('/api/session/two-factor/verify-totp')
    .send({ code: totp(secret) })
    .expect(200)
  return secret
}

describe.skipIf(isRedisMissing())('with Redis', () => {
  test('failed sign-ins at all nodes count together', async () => {
    const { wrong, right } = await inOneMinute(async () => {
      const nodes = await threeNodes({ env: await sharedBudgets() })
      const { email } = await nodes.api.owner()
      return {
        wrong: await atOnce(15, (at) => signIn(nodes, at, email, 'not the password')),
        right: await atOnce(3, (at) => signIn(nodes, at, email)),
      }
    })
    expect(statusesOf(wrong)).toEqual([...Array(10).fill(401), ...Array(5).fill(429)])
    expect(statusesOf(right)).toEqual([429, 429, 429])
  })

  test('good sign-ins are not limited, though others are under way at other nodes', async () => {
    const nodes = await threeNodes({ env: await sharedBudgets() })
    const { email } = await nodes.api.owner()
    const good = await atOnce(24, (at) => signIn(nodes, at, email))
    expect(statusesOf(good)).toEqual(Array(24).fill(200))
  })
})

test('a link that every node opens at once signs in once, and out at every node', async () => {
  const nodes = await threeNodes()
  const { organizationId } = await nodes.api.owner()
  const user = { externalId: 'customer-1' }
  const { code } = await makeLink(nodes.api, { organizationId, user })
  const unused = await makeLink(nodes.api, { organizationId, user })
  const open = (at: number, opened: string) =>
    nodes.requestOf(at).post('/api/session/portal-link').send({ code: opened })
  const answers = await atOnce(12, (at) => open(at, code))
  expect(statusesOf(answers)).toEqual([200, ...Array(11).fill(404)])
  const cookie = cookiesOf(answers.find(({ status }) => status === 200)!)
  expect(statusesOf(await atOnce(3, (at) => listKeys(nodes, at, cookie)))).toEqual([200, 200, 200])
  await nodes
    .requestOf(1)
    .delete('/api/portal-sessions')
    .query({ organizationId, ...user })
    .set('Authorization', `Bearer ${await nodes.api.serviceToken()}`)
    .expect(204)
  expect(statusesOf(await atOnce(3, (at) => listKeys(nodes, at, cookie)))).toEqual([401, 401, 401])
  expect(statusesOf(await atOnce(3, (at) => open(at, unused.code)))).toEqual([404, 404, 404])
})

test('no session outlives the call that ends them, while another node opens a link', async () => {
  const nodes = await threeNodes()
  const { organizationId } = await nodes.api.owner()
  const user = { externalId: 'customer-1' }
  const token = await nodes.api.serviceToken()
  for (let round = 0; round < 8; round++) {
    const { code } = await makeLink(nodes.api, { organizationId, user })
    const [opened] = await Promise.all([
      nodes.requestOf(0).post('/api/session/portal-link').send({ code }),
      nodes
        .requestOf(1)
        .delete('/api/portal-sessions')
        .query({ organizationId, ...user })
        .set('Authorization', `Bearer ${token}`)
        .expect(204),
    ])
    // Opened too late, or before the end, and ended by it.
    expect([200, 404]).toContain(opened.status)
    await listKeys(nodes, 2, cookiesOf(opened)).expect(401)
  }
})
