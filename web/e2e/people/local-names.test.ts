import { expect, test } from 'vitest'
import { openPortal } from '../testkit/open-portal.ts'
import { PASSWORD } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { STRANGE_HOST, strangeNames } from '../threats/strange-site.ts'

// Its PUBLIC_URL says localhost.
const stage = setStage({ ALLOW_SIGN_UP: 'true' }, { args: strangeNames.args })

const at = (host: string) => {
  const service = { ...stage.service, url: stage.service.url.replace('localhost', host) }
  return { ...stage, service }
}

test('a person signs up and makes a key at 127.0.0.1 in place of localhost', async () => {
  const { page } = await openPortal(at('127.0.0.1'))
  await page.goto('/sign-up')
  await page.getByLabel('Your name').fill('Ada Lovelace')
  await page.getByLabel('Email').fill(`local-${process.pid}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('button', { name: 'Generate key' }).first().click()
  await page.getByLabel('Label').fill('Local server')
  await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('dialog').getByText(/nas_/).first().waitFor()
  expect(new URL(page.url()).hostname).toBe('127.0.0.1')
})

test('at a wrong host name a local visitor reads which setting to look at', async () => {
  const { page } = await openPortal(at(STRANGE_HOST), {
    // Chromium trusts no plain http but that of local names, and says which headers it leaves out.
    expected: /status of 403|Cross-Origin-Opener-Policy|origin-keyed/,
  })
  await page.goto('/')
  await page
    .getByText(/PUBLIC_URL/)
    .first()
    .waitFor()
})
