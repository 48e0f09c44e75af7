import type { AddressInfo } from 'node:net'
import { fastify } from 'fastify'
import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import type { WidgetToken } from '@zentrix/shared/schemas/widget.ts'
import { AGENT } from '../../../scripts/testkit/api/widget.ts'
import { slowness } from '../../../scripts/testkit/api/slowness.ts'
import { isSignedWith } from '../../../scripts/testkit/processes/open-receiver.ts'
import { receiver } from '../../../scripts/testkit/processes/receiver.ts'
import { openPortal as openPortalOf } from '../../../server/hand-off/fastify.ts'
import { portalLink } from '../../../server/hand-off/portal-link.ts'
import { newContext } from '../testkit/context-pool.ts'
import { cutAt } from '../testkit/cut-network.ts'
import { fillNewKey, openPortal } from '../testkit/open-portal.ts'
import { renameOrganization } from '../testkit/organization.ts'
import { issueKey, makePerson, revokeKey } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'
import { STRANGE_HOST, strangeNames } from '../threats/strange-site.ts'

const RETURN = `http://${STRANGE_HOST}:4000`
const LABEL = 'Production server'
const SECOND_MS = 1000

const stage = setStage(
  { ALLOW_SIGN_UP: 'true', PORTAL_RETURN_ORIGINS: RETURN },
  { args: strangeNames.args },
)

/** The platform: a customer of it, and a service token with these scopes. */
async function platform(scopes = 'portal:hand-off') {
  const { service } = stage
  const owner = await makePerson(service)
  await renameOrganization(service, owner, 'Northwind Voice')
  const made = await service.keys(
    'service-token',
    'create',
    '--name',
    'Platform',
    '--scopes',
    scopes,
  )
  const token = made.stdout.trim()
  const keys = { url: service.url, token, returnUrl: `${RETURN}/settings` }
  const customer = {
    organizationId: owner.organizationId,
    userId: 'customer-1',
    email: 'kim@customer.example',
    name: 'Kim Lee',
    role: 'owner' as const,
  }
  return { owner, token, keys, customer }
}

/** A link as the platform makes it for its customer. */
async function makeLink(): Promise<string> {
  const { keys, customer } = await platform()
  return portalLink(keys, customer)
}

/** Opens the portal from the platform's own site, by a click there. */
async function comeFromPlatform({ keys, customer }: Awaited<ReturnType<typeof platform>>) {
  const links: string[] = []
  const site = fastify()
  site.get('/', (_request, reply) =>
    reply.type('text/html').send('<!doctype html><title>Studio</title><a href=/keys>API keys</a>'),
  )
  site.get(
    '/keys',
    openPortalOf(keys, async () => customer),
  )
  site.addHook('onSend', async (_request, reply) => {
    const link = reply.getHeader('location')
    if (link !== undefined) links.push(String(link))
  })
  onTestFinished(() => site.close())
  await site.listen({ host: '127.0.0.1', port: 0 })
  const { port } = site.server.address() as AddressInfo
  // Not by openPortal, which lets a page ask no other host.
  const { context, page } = await newContext(stage.browser, stage.service)
  onTestFinished(() => context.close())
  await page.goto(`http://${STRANGE_HOST}:${port}/`)
  await page.getByText('API keys').click()
  await page.getByRole('heading', { name: 'API keys', level: 1 }).waitFor()
  expect(links).toHaveLength(1)
  return { page, code: links[0]!.split('=')[1]! }
}

test('a customer comes from the page of the platform, signed in, with a way back', async () => {
  const { page, code } = await comeFromPlatform(await platform())
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

test('a handed-over customer makes and revokes a key, and the platform hears of both at once', async () => {
  const { service } = stage
  const scopes = 'portal:hand-off,webhooks:manage,calls:consume'
  const { owner, ...from } = await platform(scopes)
  const post = (path: string, bearer: string, body: object) =>
    fetch(service.url + path, {
      method: 'POST',
      headers: {
        Authorization: `Bearer ${bearer}`,
        'Content-Type': 'application/json',
        ...(bearer === from.token && { 'X-Organization-Id': owner.organizationId }),
      },
      body: JSON.stringify(body),
    })
  const consume = async (accessToken: string) =>
    (await post('/api/internal/calls/consume', from.token, { accessToken })).status

  const to = await receiver()
  const heard: { type: string; lateMs: number; isSigned: boolean; consumed?: Promise<number> }[] =
    []
  const minted: string[] = []
  to.answer = (received, response) => {
    const { type, timestamp } = received.message
    heard.push({
      type,
      lateMs: Date.now() - Date.parse(timestamp),
      isSigned: isSignedWith(secret, received),
      // A running call asks whether it may go on, and hears that its key has ended.
      ...(type === 'key.revoked' && { consumed: consume(minted.at(-1)!) }),
    })
    response.end()
  }
  const events = ['key.created', 'key.revoked']
  const added = await post('/api/webhooks', from.token, { url: to.url, events })
  expect(added.status).toBe(201)
  const { secret } = (await added.json()) as { secret: string }

  const { page, code } = await comeFromPlatform({ owner, ...from })
  await page.getByRole('button', { name: 'Generate key' }).first().click()
  const key = await fillNewKey(page, LABEL)
  const reveal = page.getByRole('dialog')
  await reveal.getByRole('button', { name: 'Copy key' }).click()
  await reveal.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await reveal.getByRole('button', { name: 'Done' }).click()
  await reveal.waitFor({ state: 'detached' })
  await to.until(1)
  for (let count = 0; count < 2; count++) {
    const answer = await post('/api/widget/token', key, { agentId: AGENT })
    minted.push(((await answer.json()) as WidgetToken).accessToken)
  }
  expect(await consume(minted[0]!)).toBe(200)
  await revoke(page)
  await to.until(2)
  expect(await Promise.all(heard.map(({ consumed }) => consumed))).toEqual([undefined, 401])

  // The time of one message may be the machine's doing; that of most is ours.
  for (let count = 4; count <= 10; count += 2) {
    await revokeKey(service, owner, (await issueKey(service, owner, `Key ${count}`)).id)
    await to.until(count)
  }
  const types = Array.from({ length: 5 }, () => ['key.created', 'key.revoked']).flat()
  expect(heard.map(({ type }) => type)).toEqual(types)
  expect(heard.every(({ isSigned }) => isSigned)).toBe(true)
  const lateMs = heard.filter(({ type }) => type === 'key.revoked').map((it) => it.lateMs)
  expect(lateMs.toSorted((a, b) => a - b)[2]).toBeLessThan(SECOND_MS * slowness())

  const sent = JSON.stringify(to.received)
  for (const text of [key, secret, code, ...minted, from.token]) {
    expect(sent).not.toContain(text)
    expect(service.printed()).not.toContain(text)
  }
})

async function revoke(page: Page): Promise<void> {
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  // It has been used, which the dialog reads when it opens.
  await dialog.getByLabel(/to confirm$/).fill(LABEL)
  await confirm.click()
  await dialog.waitFor({ state: 'detached' })
}

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
