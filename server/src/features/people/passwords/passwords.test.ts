import { expect, onTestFinished, test } from 'vitest'
import {
  onEachDatabase,
  PASSWORD,
  testApi,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { deriveCheaply, testQueue } from '../../../../../scripts/testkit/api/passwords.ts'
import { derivePasswordKey, type PasswordQuestion } from '../../../crypto/password-key.ts'
import { passwordThread } from '../../../crypto/password-threads.ts'
import { passwordQueue, type DerivePasswordKey, type Turn } from './password-queue.ts'

function signIn(api: TestApi, email: string, password: string, headers: Record<string, string>) {
  return api.request.post('/api/session/sign-in/email').set(headers).send({ email, password })
}

function signUp(api: TestApi, email: string, from: string) {
  return api.request
    .post('/api/session/sign-up/email')
    .set('X-Forwarded-For', from)
    .send({ name: 'Grace', email, password: PASSWORD })
}

function cookiesOf(response: { headers: Record<string, unknown> }): string {
  const cookies = response.headers['set-cookie'] as string[]
  return cookies.map((cookie) => cookie.split(';')[0]).join('; ')
}

/** Wrong passwords from 20 addresses, 10 from each, so that no limit of failures stops them. */
function flood(api: TestApi) {
  const state = { isOver: false }
  const attempts = Array.from({ length: 200 }, (_, at) =>
    signIn(api, `guess-${at}@example.com`, 'wrong', { 'X-Forwarded-For': `203.0.113.${at % 20}` }),
  )
  const answers = Promise.all(attempts).then((all) => {
    state.isOver = true
    return all
  })
  return { state, answers }
}

/** A service's queue in which each attempt with a wrong password holds its thread. */
function heldAttempts() {
  const held: (() => void)[] = []
  const asked = { wrong: 0, known: 0 }
  let isOpen = false
  const hold = async (question: PasswordQuestion) => {
    if (question.password === 'wrong' && !isOpen) await new Promise<void>((go) => held.push(go))
    return deriveCheaply(question)
  }
  const derive = testQueue([hold, hold])
  return {
    asked,
    queue: ((question, turn) => {
      if (question.password === 'wrong') asked.wrong++
      if (turn.isKnown) asked.known++
      return derive(question, turn)
    }) satisfies DerivePasswordKey,
    letOneGo: () => held.shift()?.(),
    letAllGo() {
      isOpen = true
      for (const go of held) go()
    },
  }
}

onEachDatabase((open) => {
  test('during endless attempts on passwords, only the attackers wait or are refused', async () => {
    const { asked, queue, letOneGo, letAllGo } = heldAttempts()
    const api = await open({ env: { TRUST_PROXY: '1' }, derivePasswordKey: queue })
    onTestFinished(letAllGo) // before the service, which waits for them as it closes
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    const home = { 'X-Forwarded-For': '198.51.100.1' }
    const known = cookiesOf(await signIn(api, owner.email, PASSWORD, home).expect(200))
    const { state, answers } = flood(api)
    await expect.poll(() => asked.wrong).toBe(200)
    const agentId = '550e8400-e29b-41d4-a716-446655440000'
    const token = await api.serviceToken()
    await api.request
      .put(`/api/internal/agents/${agentId}`)
      .set('Authorization', `Bearer ${token}`)
      .send({ name: 'Agent', active: true })
      .expect(200)
    for (let minted = 0; minted < 5; minted++)
      await api.request
        .post('/api/widget/token')
        .set('Authorization', `Bearer ${key}`)
        .send({ agentId })
        .expect(200)
    let isSignedIn = false
    const signedIn = signIn(api, owner.email, PASSWORD, { ...home, Cookie: known })
      .expect(200)
      .then(() => (isSignedIn = true))
    await expect.poll(() => asked.known).toBe(1)
    // Each thread is free once: a known browser has every other turn.
    letOneGo()
    letOneGo()
    await expect.poll(() => isSignedIn).toBe(true)
    await signedIn
    expect(state.isOver).toBe(false)

    letAllGo()
    const all = await answers
    const refused = all.filter(({ status }) => status === 503)
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([401, 503]))
    for (const { body, headers } of refused) {
      expect(body).toMatchObject({ code: 'UNAVAILABLE', requestId: headers['x-request-id'] })
      expect(Number(headers['retry-after'])).toBeGreaterThan(0)
    }
    // An attempt that was never tried has used up nobody's place.
    const refusedFrom = `203.0.113.${all.findIndex(({ status }) => status === 503) % 20}`
    await signIn(api, owner.email, PASSWORD, { 'X-Forwarded-For': refusedFrom }).expect(200)
  })

  test('an address signs up 10 times a minute', async () => {
    const api = await open({ env: { TRUST_PROXY: '1' } })
    const answers = await Promise.all(
      [...'abcdefghijkl'].map((name) => signUp(api, `${name}@example.com`, '203.0.113.1')),
    )
    expect(answers.map(({ status }) => status).toSorted()).toEqual([
      ...Array<number>(10).fill(200),
      429,
      429,
    ])
    const refused = await signUp(api, 'other@example.com', '203.0.113.1').expect(429)
    expect(refused.body).toMatchObject({ code: 'RATE_LIMITED' })
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
    await signUp(api, 'other@example.com', '203.0.113.2').expect(200)
    api.clock.advance(60)
    // A sign-up with a taken address costs a hash, and counts.
    for (let taken = 0; taken < 10; taken++)
      await signUp(api, 'other@example.com', '203.0.113.1').expect(409)
    await signUp(api, 'third@example.com', '203.0.113.1').expect(429)
  })
})

test('an earlier hash still verifies, and better-auth accepts it too', async () => {
  const { hashPassword, verifyPassword } = await import('better-auth/crypto')
  const api = await testApi()
  await signUp(api, 'ada@example.com', '').expect(200)
  const { password } = await api.ctx.db
    .selectFrom('accounts')
    .select('password')
    .executeTakeFirstOrThrow()
  expect(await verifyPassword({ hash: password!, password: PASSWORD })).toBe(true)
  const decomposed = 'cafe\u0301 au lait'
  await api.ctx.db
    .updateTable('accounts')
    .set({ password: await hashPassword(decomposed) })
    .execute()
  await signIn(api, 'ada@example.com', decomposed.normalize('NFC'), {}).expect(200)
  await signIn(api, 'ada@example.com', 'something else', {}).expect(401)
})

/** A queue with one thread, which derives the next key when the test says so. */
function heldQueue() {
  const order: string[] = []
  const held: (() => void)[] = []
  const derive = passwordQueue([
    ({ password }) => {
      order.push(password)
      return new Promise((resolve) => held.push(() => resolve(password)))
    },
  ])
  return {
    ask: (password: string, turn: Partial<Turn> & { group: string }) =>
      derive({ password, salt: '' }, { isKnown: false, patienceMs: 60_000, ...turn }),
    /** The passwords in the order in which they were hashed. */
    async finish(): Promise<string[]> {
      for (let next = held.shift(); next; next = held.shift()) {
        next()
        await new Promise(setImmediate)
      }
      return order
    },
  }
}

test('addresses take turns, and known browsers get every other one', async () => {
  const { ask, finish } = heldQueue()
  void ask('first', { group: 'a' })
  for (const name of ['a1', 'a2', 'a3']) void ask(name, { group: 'a' })
  void ask('b1', { group: 'b' })
  for (const name of ['k1', 'k2']) void ask(name, { group: 'k', isKnown: true })
  expect(await finish()).toEqual(['first', 'k1', 'a1', 'k2', 'b1', 'a2', 'a3'])
})

test('if too many wait, the largest group loses its last request', async () => {
  const { ask, finish } = heldQueue()
  void ask('busy', { group: 'z' })
  const crowd = Array.from({ length: 101 }, (_, at) => ask(`a${at}`, { group: 'a' }))
  expect(await crowd[100]).toBeUndefined()
  const one = ask('b', { group: 'b' })
  expect(await crowd[99]).toBeUndefined()
  await finish()
  expect(await one).toBe('b')
  expect(await crowd[98]).toBe('a98')
})

test('one thread answers many concurrent questions, and is restarted when it ends', async () => {
  const ask = passwordThread()
  const [salt, questions] = ['salt', ['one', 'two', 'three']]
  const keys = await Promise.all(questions.map((password) => ask({ password, salt })))
  expect(keys).toEqual(questions.map((password) => derivePasswordKey({ password, salt })))
  await expect(ask({ password: 'x' } as PasswordQuestion)).rejects.toThrow()
  expect(await ask({ password: 'one', salt })).toBe(keys[0])
})

test('no request waits longer than its patience', async () => {
  const { ask, finish } = heldQueue()
  void ask('busy', { group: 'a' })
  expect(await ask('late', { group: 'a', patienceMs: 1 })).toBeUndefined()
  expect(await finish()).toEqual(['busy'])
})
