// Where the system forces its colours on a page, backgrounds and shadows are gone.
import type { Locator } from 'playwright-core'
import { expect, test } from 'vitest'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage()

function styleOf(element: Locator, name: string): Promise<string> {
  return element.evaluate(
    (node, property) => getComputedStyle(node).getPropertyValue(property),
    name,
  )
}

test('chart, chosen radio, current page and the edge of a dialog can be seen', async () => {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, 'Production server')
  await mintToken(stage.service, key.key)
  const { page } = await openPortal(stage, { as: person })
  await page.emulateMedia({ forcedColors: 'active' })
  await page.goto(`/api-keys/${key.id}`)
  const bar = page.getByRole('group', { name: /Chart/ }).locator('[data-outcome=VALID]').first()
  await bar.waitFor()
  const paper = await styleOf(page.locator('body'), 'background-color')
  expect(await styleOf(bar, 'background-color')).not.toBe(paper)

  const current = page.getByRole('link', { name: 'API Keys', exact: true })
  expect(await styleOf(current, 'outline-style')).toBe('solid')
  expect(
    await styleOf(page.getByRole('link', { name: 'Audit log', exact: true }), 'outline-style'),
  ).toBe('none')

  await page.getByRole('button', { name: 'Revoke' }).click()
  expect(await styleOf(page.getByRole('alertdialog'), 'border-top-style')).toBe('solid')
  expect(await styleOf(page.getByRole('alertdialog'), 'border-top-color')).not.toBe(paper)

  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  const chosen = page.getByRole('radio', { checked: true })
  const other = page.getByRole('radio', { checked: false }).first()
  await chosen.waitFor()
  expect(await styleOf(chosen, 'background-color')).not.toBe(
    await styleOf(other, 'background-color'),
  )
})
