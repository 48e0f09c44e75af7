import { expect, onTestFinished, test } from 'vitest'
import { cutAt } from '../testkit/cut-network.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { renameOrganization } from '../testkit/organization.ts'
import { makePerson } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'
import { startStrangeSite, STRANGE_HOST, strangeNames } from '../threats/strange-site.ts'

const RETURN = `http://${STRANGE_HOST}:4000`

const stage = setStage(
  { ALLOW_SIGN_UP: 'true', PORTAL_RETURN_ORIGINS: RETURN },
  { args: strangeNames.args },
)

/** A link as the platform makes it for its customer. */
async function makeLink(): Promise<string> {
  const { service } = stage
  const owner = await makePerson(service)
  await renameOrganization(service, owner, 'Northwind Voice')
  const made = await service.keys(
    'service-token',
    'create',
    '--name',
    'Platform',
    '--scopes',
    'portal:hand-off',
  )
  const response = await fetch(`${service.url}/api/portal-sessions`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${/nassvc_\w+/.exec(made.stdout)![0]}`,
      'Content-Type': 'application/json',
    },
    body: JSON.stringify({
      organizationId: owner.organizationId,
      user: { externalId: 'customer-1', email: 'kim@customer.example', name: 'Kim Lee' },
      role: 'owner',
      returnUrl: `${RETURN}/settings`,
    }),
  })
  expect(response.status).toBe(201)
  const { url } = (await response.json()) as { url: string }
  return service.url + url.slice(new URL(url).origin.length)
}

test('a customer comes from the page of the platform, signed in, with a way back', async () => {
  const link = await makeLink()
  const code = link.split('=')[1]!
  const site = await startStrangeSite()
  onTestFinished(() => site.close())
  // Not by openPortal, which lets a page ask no other host.
  const context = await stage.browser.newContext()
  onTestFinished(() => context.close())
  const page = await context.newPage()
  await page.goto(`http://${STRANGE_HOST}:${site.port}/`)
  await page.evaluate((href) => {
    const anchor = document.body.appendChild(document.createElement('a'))
    anchor.href = href
    anchor.textContent = 'API keys'
  }, link)
  await page.getByText('API keys').click()
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/api-keys')
  await page.getByRole('complementary').getByText('Northwind Voice').waitFor()
  await page.getByRole('complementary').getByText('Kim Lee').waitFor()
  const back = page.getByRole('complementary').getByRole('link', { name: 'Back to strange.test' })
  await expect.poll(() => back.getAttribute('href')).toBe(`${RETURN}/settings`)
  const settings = page.getByRole('complementary').getByRole('link', { name: 'Settings' })
  await expect.poll(() => settings.count()).toBe(0)
  expect((await placesWith(page, code)).filter((place) => place !== 'history')).toEqual([])
  await page.goto(`${stage.service.url}/settings/members`)
  await expect.poll(() => new URL(page.url()).pathname).toBe('/api-keys')
  await page.getByRole('complementary').getByRole('link', { name: 'Webhooks' }).click()
  await page.getByText('No webhooks yet').waitFor()
  const parts = page.getByRole('navigation', { name: 'Settings' }).getByRole('link')
  await expect.poll(() => parts.allInnerTexts()).toEqual(['Webhooks'])
})

test('a link that was used says so, and where to go', async () => {
  const link = await makeLink()
  const first = await openPortal(stage)
  await first.page.goto(link)
  await first.page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  const { page } = await openPortal(stage, { expected: /status of 404/ })
  await page.goto(link)
  await page.getByText('This link has been used, or it has expired.').waitFor()
})

test('an answer that is lost is not taken for a refusal', async () => {
  const link = await makeLink()
  const { page } = await openPortal(stage, { expected: /net::ERR/ })
  await cutAt(page, 'POST', /portal-link$/, 'the answer was lost')
  await page.goto(link)
  await page.getByText('It is not known whether you are signed in.').waitFor()
})
