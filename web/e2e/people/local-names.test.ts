import { expect, test } from 'vitest'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

// Its PUBLIC_URL says localhost.
const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('a person signs in and makes a key at 127.0.0.1 in place of localhost', async () => {
  const person = await makePerson(stage.service)
  const url = stage.service.url.replace('localhost', '127.0.0.1')
  const { page } = await openPortal({ ...stage, service: { ...stage.service, url } })
  await page.goto('/')
  await page.getByLabel('Email').fill(person.email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('button', { name: 'Generate key' }).click()
  await page.getByLabel('Label').fill('Local server')
  await page.getByRole('dialog').getByRole('button', { name: 'Generate key' }).click()
  await page.getByRole('dialog').getByText(/nas_/).first().waitFor()
  expect(new URL(page.url()).hostname).toBe('127.0.0.1')
})
