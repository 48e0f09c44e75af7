import { expect, test } from 'vitest'
import {
  expectAccessible,
  expectAccessibleWhenNarrow,
  NARROW,
} from '../testkit/expect-accessible.ts'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test('by keyboard alone an owner sets a policy, and forms and the list keep to it', async () => {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, 'Old server')
  const { page } = await openPortal(stage, { as: person })
  const declared = [{ name: 'calls:transfer', description: 'Hand calls over to people' }]
  await page.route('**/api/scopes', (route) => route.fulfill({ json: { data: declared } }))
  await page.goto('/settings/organization')
  await tabTo(page, page.getByLabel('Longest life in days'))
  await page.keyboard.type('45')
  await tabTo(page, page.getByLabel('Production keys need scopes'))
  await page.keyboard.press('Space')
  await page.keyboard.press('Enter')
  await page.getByText('Policy saved').waitFor()
  await expectAccessible(page)
  await page.setViewportSize(NARROW)
  await expectAccessibleWhenNarrow(page)

  await page.goto('/api-keys?hygiene=breaks-policy')
  await page.getByRole('row', { name: 'Old server' }).getByText('Breaks the policy').waitFor()
  await page.goto('/api-keys/new')
  const dialog = page.getByRole('dialog')
  const expires = dialog.getByLabel('Expires')
  await expect
    .poll(() => expires.getByRole('option').allInnerTexts())
    .toEqual(['In 30 days', 'In 45 days, the longest', 'On a date'])
  await expectFocus(dialog.getByLabel('Label'))
  await page.keyboard.type('New server')
  await page.keyboard.press('Enter')
  await dialog.getByText('A production key needs scopes').waitFor()
  const scopes = dialog.getByLabel('Scopes')
  await tabTo(page, scopes)
  await page.keyboard.type('calls:read')
  const add = dialog.getByRole('button', { name: 'Add a scope' })
  await tabTo(page, add)
  await page.keyboard.press('Enter')
  const offered = page.getByRole('menu').getByRole('menuitem')
  await expect
    .poll(() => offered.allInnerTexts())
    .toEqual([
      'widget:token\nStart voice calls with agents',
      'calls:transfer\nHand calls over to people',
    ])
  await expectFocus(offered.first())
  await page.keyboard.press('ArrowDown')
  await expectFocus(offered.nth(1))
  await page.keyboard.press('Enter') // adds this one, and not the one that was walked past
  await expect.poll(() => scopes.inputValue()).toBe('calls:read calls:transfer')
  await expectFocus(add)
  await tabTo(page, dialog.getByRole('button', { name: 'Generate key' }))
  await page.keyboard.press('Enter')
  await dialog.getByText(/^nas_/).waitFor()
  const [key] = await listKeys(stage.service, person)
  expect(key).toMatchObject({
    label: 'New server',
    scopes: ['calls:read', 'calls:transfer'],
  })
  expect(key!.expiresAt).not.toBeNull()
  await page.goto('/documentation')
  await page.getByRole('listitem').filter({ hasText: 'calls:transfer: Hand calls' }).waitFor()
})
