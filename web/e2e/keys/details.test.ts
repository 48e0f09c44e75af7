import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import {
  addMember,
  callAs,
  issueKey,
  makePerson,
  rotateKey,
  mintToken,
  revokeKey,
  type Person,
} from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

const LABEL = 'Production server'

const stage = setStage()

test('a row opens its key, and Back returns to the list as it was', async () => {
  const { page, key } = await openKey({ environment: 'staging' }, { stay: true })
  const filters = '?q=production&environment=staging'
  await page.goto(`/api-keys${filters}`)
  const row = page.getByRole('row', { name: LABEL })
  await row.getByRole('cell').nth(1).click() // anywhere on the row
  await page.waitForURL(`/api-keys/${key.id}`)
  await expectFocus(page.getByRole('heading', { level: 1, name: LABEL }))
  await page.reload()
  await page.getByRole('heading', { level: 1, name: LABEL }).waitFor()

  await page.goBack()
  await row.waitFor()
  expect(page.url()).toBe(`${stage.service.url}/api-keys${filters}`)
  await expectFocus(row.getByRole('link', { name: LABEL }))
  await row.getByRole('link', { name: LABEL }).click()
  await page.getByRole('link', { name: 'All keys' }).click()
  await row.waitFor()
  expect(page.url()).toBe(`${stage.service.url}/api-keys${filters}`)
  await expectFocus(row.getByRole('link', { name: LABEL }))
})

test('the buttons of a row do not open it', async () => {
  const { page } = await openKey({}, { stay: true })
  await page.goto('/api-keys')
  await page.getByRole('button', { name: `More actions for ${LABEL}` }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await page.getByRole('dialog', { name: 'Rename key' }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/api-keys')
})

test('the page shows everything of the record', async () => {
  const expiresAt = new Date(Date.now() + 60 * DAY_MS).toISOString()
  const { page, key } = await openKey({
    environment: 'staging',
    scopes: ['widget:token', 'calls:read'],
    allowedIps: ['127.0.0.1', '::1', '10.0.0.0/8'],
    rateLimitPerMinute: 1500,
    expiresAt,
  })
  await page.getByRole('main').getByText(`nas_...${key.last4}`).waitFor()
  expect(await factsOf(page, 'Limits')).toMatchObject({
    Environment: 'Staging',
    Expires: expect.stringContaining('in 2 months'),
    Scopes: 'widget:token\ncalls:read',
    Addresses: '127.0.0.1\n::1\n10.0.0.0/8',
    'Requests per minute': '1,500',
  })
  expect(await factsOf(page, 'About this key')).toMatchObject({
    Created: expect.stringMatching(/^just now by Ada/),
    'Last used': 'Never used',
    ID: key.id,
  })
})

test('limits are edited, and only what was changed is sent', async () => {
  const expiresAt = new Date(Date.now() + 60 * DAY_MS).toISOString()
  const { page } = await openKey({ scopes: ['widget:token'], expiresAt })
  await page.getByRole('button', { name: 'Edit limits' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit limits' })
  await dialog.getByLabel('Requests per minute').fill('25')
  await dialog.getByLabel('Scopes').fill('')
  const sent = page.waitForRequest((request) => request.method() === 'PATCH')
  await dialog.getByRole('button', { name: 'Save' }).click()
  expect((await sent).postDataJSON()).toEqual({ scopes: [], rateLimitPerMinute: 25 })
  await dialog.waitFor({ state: 'detached' })
  await expect
    .poll(() => factsOf(page, 'Limits'))
    .toMatchObject({ Scopes: 'Everything', 'Requests per minute': '25' })
  const trail = page.getByRole('region', { name: 'Audit trail' })
  await trail.getByText(/Requests per minute: .*the usual limit →.* 25/).waitFor()
  await expectFocus(page.getByRole('button', { name: 'Edit limits' }))
})

test('an error about a limit stands beside its field, which gets the focus', async () => {
  const { page } = await openKey({})
  await page.getByRole('button', { name: 'Edit limits' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Allowed addresses').fill('10.0.0.0/8\nnowhere')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText('nowhere: Must be an IPv4 or IPv6 address').waitFor()
  await expectFocus(dialog.getByLabel('Allowed addresses'))
})

test('the end of a rotated key cannot be moved later, and the dialog says so', async () => {
  const { page, person, key } = await openKey({}, { expected: /status of 409/ })
  await rotateKey(stage.service, person, key.id, 3600)
  await page.reload()
  await page.getByRole('button', { name: 'Edit limits' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Expires').selectOption('never')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.getByText(/The limits were not changed. A rotated key/).waitFor()
})

test('a key is renamed, disabled and enabled from its page', async () => {
  const { page } = await openKey({})
  const choose = async (name: string) => {
    await page.getByRole('button', { name: 'More actions' }).click()
    await page.getByRole('menuitem', { name }).click()
  }
  await choose('Rename')
  await page.getByRole('dialog').getByLabel('Label').fill('Billing server')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Billing server' }).waitFor()
  await choose('Disable')
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable key' }).click()
  await page.getByText('This key is disabled.').waitFor()
  await choose('Enable')
  await page.getByText('This key is disabled.').waitFor({ state: 'detached' })
  const trail = page.getByRole('region', { name: 'Audit trail' }).locator('ol > li')
  await expect
    .poll(async () => (await trail.allInnerTexts()).map((text) => text.split(' ')[0]))
    .toEqual(['Enabled', 'Disabled', 'Changed', 'Generated'])
})

test('the chart shows each day by outcome, and the table has the same numbers', async () => {
  const { page, person, key } = await openKey({})
  await mintToken(stage.service, key.key)
  await mintToken(stage.service, key.key)
  await callAs(stage.service, person, 'PATCH', `/api/keys/${key.id}`, { enabled: false })
  await fetch(`${stage.service.url}/api/whoami`, {
    headers: { Authorization: `Bearer ${key.key}` },
  })
  await page.reload()
  const usage = page.getByRole('region', { name: 'Requests per day' })
  const totals = usage.getByRole('list', { name: 'Totals' }).getByRole('listitem')
  await expect.poll(() => totals.allTextContents()).toEqual(['Accepted 2', 'Disabled 1'])

  // The table is there for screen readers at once; others open it.
  const rows = usage.getByRole('table', { name: 'Requests per day' }).getByRole('row')
  await expect.poll(() => rows.count()).toBe(31)
  await expect.poll(() => rows.nth(1).getByRole('cell').allInnerTexts()).toEqual(['2', '1'])
  await usage.getByRole('button', { name: 'Show numbers' }).click()
  await usage.getByRole('region', { name: 'Numbers' }).waitFor()

  const chart = usage.getByRole('group', { name: /Chart of requests per day/ })
  await tabTo(page, chart)
  await page.keyboard.press('ArrowLeft')
  await chart.getByRole('status').getByText('Accepted').waitFor()
  await expect
    .poll(() => chart.getByRole('status').innerText())
    .toMatch(/Accepted\s*2\s*Disabled\s*1/)
  await page.keyboard.press('ArrowLeft')
  await expect
    .poll(() => chart.getByRole('status').innerText())
    .toMatch(/Accepted\s*0\s*Disabled\s*0/)
  const box = (await chart.boundingBox())!
  await page.mouse.move(box.x + box.width - 8, box.y + 100)
  await expect
    .poll(() => chart.getByRole('status').innerText())
    .toMatch(/Accepted\s*2\s*Disabled\s*1/)
})

test('keys of one line link to each other', async () => {
  const { page, person, key } = await openKey({})
  await rotateKey(stage.service, person, key.id, 0)
  await page.reload()
  await page.getByText('This key was revoked').waitFor()
  const about = page.getByRole('region', { name: 'About this key' })
  await about.getByRole('link', { name: LABEL }).click()
  await about.getByText('Replaces').waitFor()
  await about.getByRole('link', { name: `nas_...${key.last4}` }).click()
  await page.waitForURL(`/api-keys/${key.id}`)
})

test.each(['unknown', 'of another organization'])(
  'a key that is %s is not there',
  async (which) => {
    const { page } = await openKey({}, { expected: /status of 404/ })
    const other = await issueKey(stage.service, await makePerson(stage.service), 'Theirs')
    const id = which === 'unknown' ? 'key_01ARZ3NDEKTSV4RRFFQ69G5FAV' : other.id
    await page.goto(`/api-keys/${id}`)
    await page.getByText('There is no such key here').waitFor()
    expect(await page.getByText('Theirs').count()).toBe(0)
    await page.getByRole('link', { name: 'See all keys' }).click()
    await page.getByRole('row', { name: LABEL }).waitFor()
  },
)

test.each(['viewer', 'member'] as const)("a %s only views another's key", async (role) => {
  const { person, key } = await openKey({})
  await rotateKey(stage.service, person, key.id, 3600)
  const other = await addMember(stage.service, person, role, 'Alan Turing')
  const { page } = await openPortal(stage, { as: other })
  await page.goto(`/api-keys/${key.id}`)
  await page.getByRole('region', { name: 'Rotation under way' }).waitFor()
  await page.getByText('View only').waitFor()
  for (const name of ['Rotate', 'Revoke', 'More actions', 'Edit limits', 'Finish now'])
    expect(await page.getByRole('button', { name, exact: true }).count()).toBe(0)
})

test('an address without a valid id shows that there is no such key', async () => {
  const { page } = await openKey({}, { expected: /status of 40[04]/ })
  await page.goto('/api-keys/not-an-id')
  await page.getByText('There is no such key here').waitFor()
})

test('a revoked key says when, by whom and why', async () => {
  const { page, person, key } = await openKey({})
  await callAs(stage.service, person, 'DELETE', `/api/keys/${key.id}`, { reason: 'It leaked' })
  await page.reload()
  await page
    .getByRole('note')
    .filter({ hasText: /This key was revoked just now by Ada.*It leaked.*fail with 401/ })
    .waitFor()
})

test('an expired key says so, and a later expiry brings it back', async () => {
  const { page, person, key } = await openKey({})
  const expireSoon = () => {
    const expiresAt = new Date(Date.now() + 1000).toISOString()
    return callAs(stage.service, person, 'PATCH', `/api/keys/${key.id}`, { expiresAt })
  }
  await expect.poll(async () => (await expireSoon()).status).toBe(200)
  await expect
    .poll(
      async () => {
        await page.reload()
        await page.getByRole('region', { name: 'Limits' }).waitFor()
        return page.getByText('This key expired').count()
      },
      { timeout: 60_000 },
    )
    .toBe(1)
  await page.getByRole('button', { name: 'Edit limits' }).click()
  await page.getByRole('dialog').getByLabel('Expires').selectOption('30')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByText('This key expired').waitFor({ state: 'detached' })
})

test('a key revoked elsewhere is seen when the person comes back', async () => {
  const { page, person, key } = await openKey({})
  await revokeKey(stage.service, person, key.id)
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
  await page.getByText('This key was revoked').waitFor()
})

test('a part that cannot be loaded leaves the others', async () => {
  const { page, key } = await openKey({}, { expected: /status of 429/ })
  const json = { error: 'Too many questions', code: 'RATE_LIMITED', requestId: 'r' }
  await page.route('**/usage?*', (route) => route.fulfill({ status: 429, json }))
  await page.reload()
  await page.getByText('The requests could not be loaded').waitFor()
  await page.getByText('Too many questions').waitFor()
  await page.getByRole('main').getByText(key.id).waitFor()
  await page.unroute('**/usage?*')
  await page.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('No requests in the last 30 days.').waitFor()
})

type Options = { stay?: boolean; expected?: RegExp }

async function openKey(settings: Record<string, unknown>, { stay, expected }: Options = {}) {
  const person: Person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, LABEL, settings)
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  if (!stay) {
    await page.goto(`/api-keys/${key.id}`)
    await page.getByRole('heading', { level: 1, name: LABEL }).waitFor()
  }
  return { page, person, key }
}

async function factsOf(page: Page, section: string): Promise<Record<string, string>> {
  const region = page.getByRole('region', { name: section })
  const names = await region.locator('dt').allInnerTexts()
  const values = await region.locator('dd').allInnerTexts()
  return Object.fromEntries(names.map((name, index) => [name, values[index]!.trim()]))
}
