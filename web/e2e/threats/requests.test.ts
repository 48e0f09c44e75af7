import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { attack, changes, readings } from './attacks.ts'
import { callAs, issueKey, makePerson, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { startStrangeSite, STRANGE_HOST, strangeNames, type StrangeSite } from './strange-site.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true', LOG_LEVEL: 'debug' }, strangeNames)

let strange: StrangeSite
beforeAll(async () => {
  strange = await startStrangeSite()
})
afterAll(() => strange.close())

// Another port is another origin of the same site, so the browser sends the cookie there.
test.each(['localhost', STRANGE_HOST])(
  'while a person is signed in, a page of another origin at %s changes nothing',
  async (host) => {
    const { page, person, keyId } = await openStrangePage(host)
    const before = await standing(person)
    for (const [name, how] of changes(keyId)) {
      await attack(page, stage.service.url, how)
      expect([name, await standing(person)]).toEqual([name, before])
    }
    expect(await cookiesOf(page)).toEqual([person.cookie])
    expect(refusedPaths()).toEqual(
      expect.arrayContaining(['POST /api/keys', 'POST /api/session/*']),
    )
  },
)

test.each(['localhost', STRANGE_HOST])(
  'while a person is signed in, a page of another origin at %s reads nothing',
  async (host) => {
    const { page, keyId } = await openStrangePage(host)
    const before = await page.evaluate(() => Object.keys(window))
    for (const [name, how] of readings(keyId))
      expect([name, await attack(page, stage.service.url, how)]).toEqual([name, null])
    expect(await page.evaluate(() => Object.keys(window))).toEqual(before)
  },
)

test('a name that was rebound to the service gets nothing from it', async () => {
  const { port } = new URL(stage.service.url)
  const { page, keyId } = await openStrangePage(STRANGE_HOST, Number(port), '/api-keys')
  const statuses = await page.evaluate(
    async ([id]) => {
      const calls: [string, string][] = [
        ['GET', '/api/keys'],
        ['GET', `/api/keys/${id}`],
        ['DELETE', `/api/keys/${id}`],
        ['GET', '/api/audit-events'],
        ['GET', '/api/service-tokens'],
        ['GET', '/api/session/get-session'],
        ['GET', '/api/session/list-sessions'],
        ['POST', '/api/session/sign-in/email'],
        ['POST', '/api/session/sign-up/email'],
        ['POST', '/api/session/sign-out'],
        ['GET', '/metrics'],
      ]
      return Promise.all(
        calls.map(async ([method, path]) => {
          const headers = { 'Content-Type': 'application/json' }
          const body = method === 'POST' ? { body: '{}', headers } : {}
          return [`${method} ${path}`, (await fetch(path, { method, ...body })).status]
        }),
      )
    },
    [keyId],
  )
  expect(statuses).toEqual(statuses.map(([call]) => [call, call === 'GET /metrics' ? 401 : 403]))
})

/** A page of another site, in the browser of a signed-in person who has a key. */
async function openStrangePage(host: string, port = strange.port, path = '/') {
  const { browser, service } = stage
  const person = await makePerson(service)
  const { id } = await issueKey(service, person, 'Production server')
  const context = await browser.newContext({ baseURL: `http://${host}:${port}` })
  onTestFinished(() => context.close())
  await context.addCookies([
    { ...person.cookie, url: service.url, httpOnly: true, sameSite: 'Lax' },
  ])
  const page = await context.newPage()
  await page.goto(path)
  return { page, person, keyId: id }
}

/** The data of the person that an attack is after. */
async function standing(person: Person) {
  const read = async (path: string) => (await callAs(stage.service, person, 'GET', path)).json()
  const { user } = (await read('/api/session/get-session')) as { user: { name: string } }
  return {
    name: user.name,
    keys: await read('/api/keys?status=all'),
    events: await read('/api/audit-events'),
  }
}

async function cookiesOf(page: Page) {
  const cookies = await page.context().cookies(stage.service.url)
  return cookies.map(({ name, value }) => ({ name, value }))
}

/** The requests that have been refused with 403. */
function refusedPaths(): string[] {
  return stage.service
    .printed()
    .split('\n')
    .filter((line) => line.includes('"status":403'))
    .map((line) => JSON.parse(line) as { method: string; path: string })
    .map(({ method, path }) => `${method} ${path}`)
}
