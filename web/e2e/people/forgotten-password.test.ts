import { expect, test } from 'vitest'
import { startMailServer, textOf } from '../../../scripts/testkit/processes/mail-server.ts'
import { startService } from '../../../scripts/testkit/processes/service.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, signInAs } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const NEW_PASSWORD = 'another good password'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('a forgotten password is replaced by a link in a mail, by keyboard alone', async () => {
  const { mails, url } = await startMailServer()
  const service = await startService({
    ALLOW_SIGN_UP: 'true',
    SMTP_URL: url,
    TRUST_PROXY: '127.0.0.1,::1',
  })
  const person = await makePerson(service)
  const { page } = await openPortal({ ...stage, service }, {})
  try {
    await page.goto('/sign-in')
    await tabTo(page, page.getByRole('link', { name: 'Forgot your password?' }))
    await page.keyboard.press('Enter')
    await expectFocus(page.getByLabel('Email'))
    await page.keyboard.press('Enter')
    await page.getByText('Enter an email address').waitFor()
    await page.keyboard.type(person.email)
    await expectAccessible(page)
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Look into your mail' }).waitFor()
    await page.getByText('If there is an account with this address').waitFor()
    await expectAccessible(page)
    await expect.poll(() => mails.length).toBe(1)
    const link = /http\S+#token=[\w-]+/.exec(textOf(mails[0]!))?.[0]
    expect(link).toBeDefined()
    await page.goto(link!)
    await page.getByLabel('New password').fill(NEW_PASSWORD)
    await page.keyboard.press('Enter')
    await page.getByText('Your new password is set. Sign in with it.').waitFor()
    expect((await signInAs(service, person.email, NEW_PASSWORD)).status).toBe(200)
  } finally {
    await page.context().close()
    await service.remove()
  }
})

test('without a mail server the page says whom to ask', async () => {
  await makePerson(stage.service)
  const { page } = await openPortal(stage)
  await page.goto('/forgotten-password')
  await page.getByText('Ask the people who run it for a link').waitFor()
  expect(await page.getByLabel('Email').count()).toBe(0)
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Back to sign in' }).click()
  await page.getByLabel('Email').waitFor()
})
