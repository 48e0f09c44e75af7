import { expect, test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, mintToken } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const LABEL = 'Production server'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('a key says who uses it, and why it was refused, and so do the dialogs that end it', async () => {
  const person = await makePerson(stage.service)
  const good = await issueKey(stage.service, person, LABEL, {})
  await mintToken(stage.service, good.key)
  const narrow = await issueKey(stage.service, person, 'Reader', { scopes: ['calls:read'] })
  for (let at = 0; at < 7; at++) await refused(narrow.key, `asked-${at}`)

  const { page } = await openPortal(stage, { as: person })
  await page.goto(`/api-keys/${narrow.id}`)
  const section = page.getByRole('region', { name: 'Who uses this key' })
  const refusals = section.getByRole('list', { name: 'Refused requests' })
  await refusals.getByText('request asked-6').waitFor()
  await expect.poll(() => refusals.getByRole('listitem').count()).toBe(5)
  await refusals.getByText('It lacks the scope widget:token').first().waitFor()
  await refusals.getByText('Add it, or ask for less.').first().waitFor()
  await section.getByText('0 accepted, 7 refused').waitFor()
  await tabTo(page, section.getByRole('button', { name: 'Show all 7 refusals' }))
  await page.keyboard.press('Enter')
  await refusals.getByText('request asked-0').waitFor()
  await expectAccessible(page)

  await page.goto(`/api-keys/${good.id}`)
  await tabTo(page, page.getByRole('button', { name: 'Revoke' }).first())
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('In the last 24 hours from 127.0.0.1.').waitFor()
})

async function refused(key: string, requestId: string): Promise<void> {
  const { status } = await fetch(`${stage.service.url}/api/widget/token`, {
    method: 'POST',
    headers: {
      Authorization: `Bearer ${key}`,
      'Content-Type': 'application/json',
      'X-Request-Id': requestId,
    },
    body: JSON.stringify({ agentId: '550e8400-e29b-41d4-a716-446655440000' }),
  })
  expect(status).toBe(403)
}
