import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { comeBack, openPortal, type Portal } from './testkit/open-portal.ts'
import {
  addMember,
  issueKey,
  listKeys,
  makePerson,
  PASSWORD,
  revokeKey,
  signOut,
  mintToken,
  type Person,
} from './testkit/person.ts'
import { setStage } from './testkit/stage.ts'

const MAX_FIRST_LOAD_BYTES = 200 * 1024

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test.each(['signed out', 'signed in'])(
  'a first visit, %s, loads little JavaScript and provokes no refusal',
  async (state) => {
    const as = await makePerson(stage.service)
    const { page } = await openPortal(stage, {
      isFirstVisit: true,
      ...(state === 'signed in' && { as }),
    })
    const scripts: Promise<number>[] = []
    const refused: string[] = []
    page.on('requestfinished', (request) => {
      if (new URL(request.url()).pathname.endsWith('.js'))
        scripts.push(request.sizes().then(({ responseBodySize }) => responseBodySize))
    })
    page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`)
    })
    await page.goto('/', { waitUntil: 'networkidle' })
    await page.getByRole('button', { name: /^(Generate key|Sign in)$/ }).waitFor()
    const bytes = (await Promise.all(scripts)).reduce((sum, size) => sum + size, 0)
    expect(bytes).toBeGreaterThan(0)
    expect(bytes).toBeLessThan(MAX_FIRST_LOAD_BYTES)
    expect(refused).toEqual([])
  },
)

test('a dialog is at hand when the pointer or the focus comes near its button', async () => {
  const { page } = await openList({ labels: ['Production server'] })
  const loaded = (untilMs = Infinity) =>
    page.evaluate((until) => {
      const files = performance.getEntriesByType('resource')
      return files.filter(({ startTime }) => startTime < until).map(({ name }) => name)
    }, untilMs)
  // A busy machine may be here only after the page has loaded its dialogs in advance.
  expect((await loaded(4000)).filter((name) => /KeyDialog/.test(name))).toEqual([])
  await page.getByRole('button', { name: 'Generate key' }).focus()
  await expect.poll(() => loaded()).toContainEqual(expect.stringMatching(/\/GenerateKeyDialog-/))
  await page.getByRole('button', { name: 'Revoke Production server' }).hover()
  await expect.poll(() => loaded()).toContainEqual(expect.stringMatching(/\/RevokeKeyDialog-/))
})

test('pages may run only their own scripts', async () => {
  const response = await fetch(`${stage.service.url}/api-keys`, {
    headers: { Accept: 'text/html' },
  })
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/(^|;)script-src 'self'(;|$)/)
  expect(policy).toContain("frame-ancestors 'none'")
})

test('the table has exactly five columns', async () => {
  const { page } = await openList({ labels: ['Production server'] })
  const columns = await page.getByRole('columnheader').allInnerTexts()
  expect(columns).toEqual(['Label', 'Key', 'Created', 'Last used', 'Actions'])
  const cells = await page.getByRole('row', { name: 'Production server' }).getByRole('cell').all()
  expect(cells).toHaveLength(5)
})

test('rows of the real height stand in while the list loads', async () => {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, { as: person })
  let answer = () => {}
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await page.route('**/api/keys?*', async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/api-keys')
  const waiting = page.getByRole('status', { name: 'Loading keys' })
  await waiting.waitFor()
  const expected = await heightOf(page, 'tbody tr')
  answer()
  await waiting.waitFor({ state: 'detached' })
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  expect(Math.abs((await heightOf(page, 'tbody tr')) - expected)).toBeLessThanOrEqual(2)
})

test('an empty list says what a key is, and leads to making one', async () => {
  const { page } = await openList({ labels: [] })
  await page.getByText('No API keys yet').waitFor()
  await page.getByText(/lets your server call/).waitFor()
  await page.getByRole('button', { name: 'Generate your first key' }).click()
  await page.getByRole('dialog', { name: 'Generate key' }).waitFor()
})

test('a list that cannot be loaded says so, and is there after trying again', async () => {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Production server')
  const { page } = await openPortal(stage, { as: person, expected: /status of 503/ })
  await breakList(page, 503)
  await page.goto('/api-keys')
  // The leaked keys, which the same route answers, have a notice of their own.
  const failure = page.getByRole('alert').filter({ hasText: 'The keys could not be loaded' })
  await failure.waitFor()
  await page.unroute('**/api/keys?*')
  await failure.getByRole('button', { name: 'Try again' }).click()
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  await page.getByText('The keys could not be loaded').waitFor({ state: 'detached' })
})

test('a refresh that fails leaves what was loaded', async () => {
  const { page } = await openList({ labels: ['Production server'], expected: /status of 429/ })
  await breakList(page, 429) // which is not tried again by itself
  await comeBack(page)
  await page.getByText('The list could not be refreshed').waitFor()
  await expect
    .poll(() => page.getByRole('row', { name: 'Production server' }).isVisible())
    .toBe(true)
})

test('tab, search and environment are in the address, so that a reload shows the same', async () => {
  const { page, person } = await openList({ labels: ['Production server', 'Old server'] })
  const old = await issueKey(stage.service, person, 'Old worker', { environment: 'staging' })
  await revokeKey(stage.service, person, old.id)
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await page.getByLabel('Environment filter').selectOption('staging')
  await page.getByRole('searchbox').fill('worker')
  await page.waitForURL((url) => url.searchParams.get('q') === 'worker')
  expect(new URL(page.url()).search).toBe('?status=revoked&q=worker&environment=staging')
  await page.reload()
  await page.getByRole('row', { name: 'Old worker' }).waitFor()
  await expect.poll(() => page.getByRole('searchbox').inputValue()).toBe('worker')
  await expect
    .poll(() => page.getByRole('tab', { name: 'Revoked' }).getAttribute('aria-selected'))
    .toBe('true')

  await page.getByRole('searchbox').fill('nothing like it')
  await page.getByRole('button', { name: 'Clear filters' }).click()
  await page.getByRole('row', { name: 'Old worker' }).waitFor()
})

test('a use shows by itself, with the exact time on hover', async () => {
  const { page, person } = await openList({ labels: [] })
  const { key } = await issueKey(stage.service, person, 'Production server')
  await page.clock.install()
  await page.reload()
  const row = page.getByRole('row', { name: 'Production server' })
  await row.getByText('Never used').waitFor()
  await mintToken(stage.service, key)
  const lastUsed = row.getByRole('cell').nth(3).getByRole('time')
  await expect
    .poll(async () => {
      await page.clock.fastForward('00:16')
      return lastUsed.count()
    })
    .toBe(1)
  await lastUsed.hover()
  await page.getByRole('tooltip').filter({ hasText: new Date().getFullYear().toString() }).waitFor()
})

test('a second tab sees a revoke when one comes back to it', async () => {
  const { page, newTab } = await openList({ labels: ['Production server'] })
  const second = await newTab()
  await second.goto('/api-keys')
  const seen = second.getByRole('row', { name: 'Production server' })
  await seen.waitFor()
  await page.getByRole('button', { name: 'Revoke Production server' }).click()
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Key revoked').waitFor()
  await comeBack(second)
  await seen.waitFor({ state: 'detached' })
})

test('a session that ends mid-way returns to where the person was', async () => {
  const { page, person } = await openList({ labels: [], expected: /status of 401/ })
  const old = await issueKey(stage.service, person, 'Old server')
  await revokeKey(stage.service, person, old.id)
  await page.goto('/api-keys?status=revoked&q=old')
  await page.getByRole('row', { name: 'Old server' }).waitFor()
  await signOut(stage.service, person)
  await comeBack(page)
  await page.getByText('Your session has ended').waitFor()
  await signIn(page, person.email, PASSWORD)
  await page.getByRole('row', { name: 'Old server' }).waitFor()
  expect(page.url()).toBe(`${stage.service.url}/api-keys?status=revoked&q=old`)
})

test('signing in does not lead to another site', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage)
  await page.goto('/sign-in?next=//evil.example/api-keys')
  await signIn(page, person.email, PASSWORD)
  await page.waitForURL('/api-keys')
})

test('a viewer sees that they may only view, and gets no button that would be refused', async () => {
  const { person: owner } = await openList({ labels: ['Production server'] })
  const viewer = await addMember(stage.service, owner, 'viewer', 'Alan Turing')
  const { page } = await openPortal(stage, { as: viewer })
  await page.goto('/api-keys/new') // where the button would lead
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  await page.getByText('View only').waitFor()
  await expect.poll(() => page.getByText('View only').count()).toBe(1)
  expect(await page.getByRole('dialog').count()).toBe(0)
  for (const name of [/^Generate/, /^Revoke/, /^More actions/])
    expect(await page.getByRole('button', { name }).count()).toBe(0)
  await page.goto('/api-keys?status=expired')
  await page.getByText('No expired keys').waitFor()
  await revokeKey(stage.service, owner, (await listKeys(stage.service, owner))[0]!.id)
  await page.goto('/api-keys')
  await page.getByText('No active keys').waitFor()
  expect(await page.getByRole('button', { name: /^Generate/ }).count()).toBe(0)
})

test('a member changes their own keys, and views those of others', async () => {
  const { person: owner } = await openList({ labels: ['Production server'] })
  const member = await addMember(stage.service, owner, 'member', 'Grace Hopper')
  await issueKey(stage.service, member, 'Own server')
  const { page } = await openPortal(stage, { as: member })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Production server' }).getByText('by Ada').waitFor()
  await page.getByRole('row', { name: 'Own server' }).getByText('by you').waitFor()
  for (const name of [/^Revoke/, /^More actions for/]) {
    const buttons = page.getByRole('button', { name })
    await expect.poll(() => buttons.count()).toBe(1)
    await expect.poll(() => buttons.getAttribute('aria-label')).toContain('Own server')
  }
  await page.getByRole('button', { name: 'Generate key' }).waitFor()
})

test('wrong credentials get one sentence, whether email or password was wrong', async () => {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { expected: /status of 401/ })
  await page.goto('/sign-in')
  const sentences: string[] = []
  for (const [email, password] of [
    [person.email, 'not the password at all'],
    ['nobody@example.com', PASSWORD],
  ] as const) {
    const answered = page.waitForResponse('**/api/session/sign-in/email')
    await signIn(page, email, password)
    await answered
    sentences.push(await page.getByRole('alert').innerText())
  }
  expect(sentences[0]).toBe('Email or password is not correct.')
  expect(sentences[1]).toBe(sentences[0])
})

type List = Portal & { person: Person }

async function openList({
  labels,
  expected,
}: {
  labels: string[]
  expected?: RegExp
}): Promise<List> {
  const person = await makePerson(stage.service)
  for (const label of labels) await issueKey(stage.service, person, label)
  const portal = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await portal.page.goto('/api-keys')
  for (const label of labels) await portal.page.getByRole('row', { name: label }).waitFor()
  return { ...portal, person }
}

async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

async function breakList(page: Page, status: number): Promise<void> {
  const json = { error: 'The service cannot answer right now', code: 'UNAVAILABLE', requestId: 'r' }
  await page.route('**/api/keys?*', (route) => route.fulfill({ status, json }))
}

async function heightOf(page: Page, selector: string): Promise<number> {
  const box = await page.locator(selector).first().boundingBox()
  return box!.height
}
