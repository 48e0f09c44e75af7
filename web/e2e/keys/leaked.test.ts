import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { comeBack, openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, type Person } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { withDatabase } from '../testkit/with-database.ts'

const URL_FOUND = 'https://github.com/octocat/Hello-World/blob/123456/config/production.env'

const stage = setStage({ ALLOW_SIGN_UP: 'true', LEAK_POLICY: 'notify' })

/** Marks a key as reported by a secret scanner an hour ago. */
async function leak(id: string, url: string | null = URL_FOUND): Promise<void> {
  const leakedAt = new Date(Date.now() - 3_600_000).toISOString()
  await withDatabase(stage.service, (db) =>
    db
      .updateTable('api_keys')
      .set({ leaked_at: leakedAt, leaked_url: url })
      .where('id', '=', id)
      .execute(),
  )
}

async function openList(person: Person): Promise<Page> {
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('table', { name: 'API keys' }).waitFor()
  return page
}

test('a leaked key is shown in red, with where it was found and what to do', async () => {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, 'Shop server')
  await issueKey(stage.service, person, 'Other server')
  const page = await openList(person)
  expect(await page.getByRole('alert').count()).toBe(0)

  await leak(key.id)
  await comeBack(page)
  const alert = page.getByRole('alert')
  await alert.getByText('A key has leaked and still works.').waitFor()
  const row = page.getByRole('row', { name: 'Shop server' })
  await row.getByText('Leaked', { exact: true }).waitFor()
  await expect.poll(() => page.getByText('Leaked', { exact: true }).count()).toBe(2) // and a choice to filter by
  await expectAccessible(page)

  await alert.getByRole('link', { name: `Shop server (nas_...${key.last4})` }).click()
  await page.getByRole('heading', { level: 1, name: 'Shop server' }).waitFor()
  await alert.getByText('This key has leaked.').waitFor()
  await alert.getByText('1 hour ago').waitFor()
  const link = alert.getByRole('link', { name: URL_FOUND })
  await expect.poll(() => link.getAttribute('href')).toBe(URL_FOUND)
  await expect.poll(() => link.getAttribute('rel')).toBe('noopener noreferrer')
  await expectAccessible(page)
})

test('by keyboard alone a leaked key is rotated, and then revoked', async () => {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, 'Shop server')
  await leak(key.id)
  const { page } = await openPortal(stage, { as: person })
  await page.goto(`/api-keys/${key.id}`)
  const rotate = page.getByRole('button', { name: 'Rotate leaked key' })
  await rotate.waitFor()
  await tabTo(page, rotate)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expect.poll(() => dialog.getByLabel('Both keys work for').inputValue()).toBe('3600')
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await dialog.getByRole('button', { name: 'Copy key' }).click()
  await dialog.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('region', { name: 'Rotation under way' }).waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)

  await page.goto(`/api-keys/${key.id}`)
  await page.getByRole('alert').getByText('A new key has taken its place').waitFor()
  await expect.poll(() => rotate.count()).toBe(0)

  const revoke = page.getByRole('button', { name: 'Revoke leaked key' })
  await tabTo(page, revoke)
  await page.keyboard.press('Enter')
  const question = page.getByRole('alertdialog')
  await expectFocus(question.getByRole('button', { name: 'Cancel' }))
  await question.getByRole('button', { name: 'Revoke key' }).click()
  await page.getByText('Nobody can use it any longer.').waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)

  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Shop server' }).waitFor()
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await page.getByRole('tab', { name: 'Revoked' }).click()
  await page.getByRole('row', { name: 'Shop server' }).getByText('Leaked').waitFor()
})

test('of several leaked keys the list shows how many, and shows them alone', async () => {
  const person = await makePerson(stage.service)
  for (const label of ['One', 'Two'])
    await leak((await issueKey(stage.service, person, label)).id, null)
  await issueKey(stage.service, person, 'Three')
  const page = await openList(person)
  await page.getByText('2 keys have leaked and still work.').waitFor()
  await page.getByRole('link', { name: 'Show leaked keys' }).click()
  await page.waitForURL('**/api-keys?hygiene=leaked')
  await expect.poll(() => page.getByRole('row').count()).toBe(3)
  await page.getByRole('link', { name: 'One', exact: true }).click()
  const alert = page.getByRole('alert')
  await alert.getByText('Anyone who found it can use it.').waitFor()
  expect(await alert.getByRole('link').count()).toBe(0)
})
