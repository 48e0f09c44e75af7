// The list by keyboard: one Tab stop for each row, the arrow keys for what is in it.
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { addMember, issueKey, makePerson } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

test('each row is one Tab stop, and the arrow keys go through it and to its neighbours', async () => {
  const page = await openList(['First', 'Second', 'Third'])
  const link = (label: string) => page.getByRole('link', { name: label, exact: true })
  await tabTo(page, link('Third')) // the newest is above
  await page.keyboard.press('Tab')
  await expectFocus(link('Second'))
  await page.keyboard.press('End')
  await expectFocus(page.getByRole('button', { name: 'More actions for Second' }))
  await page.keyboard.press('ArrowLeft')
  await expectFocus(page.getByRole('button', { name: 'Revoke Second' }))
  await page.keyboard.press('ArrowDown')
  await expectFocus(page.getByRole('button', { name: 'Revoke First' }))
  await page.keyboard.press('ArrowDown') // there is no row below
  await expectFocus(page.getByRole('button', { name: 'Revoke First' }))
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowUp')
  await expectFocus(link('Second'))
  await page.keyboard.press('Tab')
  await expectFocus(link('First'))
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement?.closest('tbody'))).toBeNull()
})

test('the exact time shows when the arrow keys reach it, and a menu keeps its arrow keys', async () => {
  const page = await openList(['First', 'Second'])
  await tabTo(page, page.getByRole('link', { name: 'Second' }))
  await page.keyboard.press('ArrowRight')
  await page.getByRole('tooltip').waitFor()
  await page.keyboard.press('End')
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('menuitem', { name: 'Rotate' }))
  await page.keyboard.press('ArrowDown')
  await expectFocus(page.getByRole('menuitem', { name: 'Rename' }))
  await page.keyboard.press('Escape')
  await expectFocus(page.getByRole('button', { name: 'More actions for Second' }))
})

test('rows name who made each key once there are several, and can be narrowed to one', async () => {
  const { service } = stage
  const owner = await makePerson(service)
  await issueKey(service, owner, 'Their server')
  const member = await addMember(service, owner, 'admin', 'Grace Hopper')
  await issueKey(service, member, 'Own server')
  const { page } = await openPortal(stage, { as: member })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Their server' }).getByText('by Ada').waitFor()
  await page.getByRole('row', { name: 'Own server' }).getByText('by you').waitFor()
  await page.getByLabel('Creator filter').selectOption('My keys')
  await page.waitForURL(/createdById=usr_/)
  await page.getByRole('row', { name: 'Their server' }).waitFor({ state: 'detached' })
  await page.reload()
  await page.getByRole('row', { name: 'Own server' }).waitFor()
  expect(await page.getByRole('row', { name: 'Their server' }).count()).toBe(0)
  await page.getByRole('tab', { name: 'Active 1' }).waitFor()
  const others = page.getByLabel('Creator filter').getByRole('option', { name: /^Keys of Ada/ })
  await page.getByLabel('Creator filter').selectOption(await others.innerText())
  await page.getByRole('row', { name: 'Their server' }).waitFor()
})

async function openList(labels: string[]): Promise<Page> {
  const person = await makePerson(stage.service)
  for (const label of labels) await issueKey(stage.service, person, label)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: labels[0]! }).waitFor()
  expect(await page.getByText('by you').count()).toBe(0)
  return page
}
