import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import {
  breakClipboard,
  chooseRotate,
  copyAndClose,
  leaveForm,
  newKey,
  rotate,
  side,
  waysOut,
} from './key-page.ts'
import { comeBack, openPortal, shownKey } from '../testkit/open-portal.ts'
import { issueKey, listKeys, makePerson, mintToken, rotateKey, signOut } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'
import { setCreatedAt } from '../testkit/with-database.ts'

const LABEL = 'Production server'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('rotating shows the new key once, and then both keys side by side', async () => {
  const { page, person, key: old } = await openList()
  await mintToken(stage.service, old.key)
  await chooseRotate(page, LABEL)
  await page.getByText(/works until .* fail with 401/).waitFor()
  const key = await rotate(page)
  expect(await placesWith(page, key)).toEqual(['document', 'memory']) // the search can find
  await copyAndClose(page)
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await expect.poll(() => placesWith(page, key), { timeout: 15_000 }).toEqual([])

  const [newer, older] = await listKeys(stage.service, person)
  expect(newer).toMatchObject({ rotatedFrom: old.id, label: LABEL })
  expect(older).toMatchObject({ id: old.id, status: 'active', rotatedTo: newer!.id })
  await page.waitForURL(`/api-keys/${newer!.id}`)
  await side(page, 'New key').getByText('Never used').waitFor()
  await side(page, 'Old key').getByText('Last used just now').waitFor()
  await side(page, 'Old key').getByText(`nas_...${old.last4}`).waitFor()
  await mintToken(stage.service, key)
  await mintToken(stage.service, old.key)
  await page.goBack()
  await page.getByRole('row', { name: LABEL }).first().waitFor()
})

test('the time left counts, and a use of either key shows by itself', async () => {
  const { page, person, key: old } = await openList()
  const newer = await rotateKey(stage.service, person, old.id)
  await page.clock.install()
  await page.goto(`/api-keys/${old.id}`)
  const timer = side(page, 'Old key').getByRole('timer')
  await expect.poll(() => timer.innerText()).toMatch(/^23:5\d:\d\d$/)
  const before = await timer.innerText()
  await page.clock.fastForward(5000)
  await expect.poll(() => timer.innerText()).not.toBe(before)
  await mintToken(stage.service, newer.key)
  await expect
    .poll(async () => {
      await page.clock.fastForward('00:16')
      return side(page, 'New key').innerText()
    })
    .toMatch(/Last used/)
})

test('finishing says when the old key was last used, and ends it', async () => {
  const { page, person, key: old } = await openList()
  await mintToken(stage.service, old.key)
  const newer = await rotateKey(stage.service, person, old.id)
  await page.goto(`/api-keys/${newer.id}`)
  const opener = page.getByRole('button', { name: 'Finish now' })
  await opener.click()
  const dialog = page.getByRole('alertdialog')
  await expectFocus(dialog.getByRole('button', { name: 'Cancel' }))
  await dialog.getByText(/was last used just now from .*Something still uses it/).waitFor()
  await page.keyboard.press('Escape')
  await expectFocus(opener)
  await opener.click()
  await dialog.getByRole('button', { name: 'End the old key' }).click()
  await page.getByText('Rotation finished').waitFor()
  await page.getByRole('region', { name: 'Rotation under way' }).waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('heading', { level: 1 }))
  const [kept, ended] = await listKeys(stage.service, person)
  expect(kept).toMatchObject({ id: newer.id, status: 'active' })
  expect(ended).toMatchObject({ id: old.id, status: 'revoked' })
})

test('an old key that has gone quiet is ended without alarm', async () => {
  const { page, person, key: old } = await openList()
  await mintToken(stage.service, old.key)
  const newer = await rotateKey(stage.service, person, old.id)
  await mintToken(stage.service, newer.key)
  await page.clock.install({ time: Date.now() + 2 * 3600_000 })
  await page.goto(`/api-keys/${newer.id}`)
  await page.getByText('the old one has gone quiet').waitFor()
  await page.getByRole('button', { name: 'Finish now' }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText(/last used 2 hours ago.*Nothing seems to use it any more/).waitFor()
  expect(await dialog.getByText('Something still uses it').count()).toBe(0)
})

test('with no overlap the old key ends at once', async () => {
  const { page, person, key: old } = await openList()
  await chooseRotate(page, LABEL)
  await page.getByLabel('Both keys work for').selectOption('0')
  await page.getByText(/ends at once.*there is no undo/).waitFor()
  await rotate(page)
  const ended = (await listKeys(stage.service, person)).find(({ id }) => id === old.id)
  expect(ended).toMatchObject({ status: 'revoked' })
  await copyAndClose(page)
  await page.getByRole('heading', { name: LABEL }).waitFor()
  expect(await page.getByRole('region', { name: 'Rotation under way' }).count()).toBe(0)
})

test('the dialog promises the expiry that the new key gets, which is never after 9999', async () => {
  const settings = { expiresAt: '9999-06-01T00:00:00.000Z' }
  const { page, person, key: old } = await openList({ settings })
  await setCreatedAt(stage.service, [old.id], '2020-01-01T00:00:00.000Z')
  await page.reload()
  await chooseRotate(page, LABEL)
  await page.getByText('The new key expires on Dec 31, 9999.').waitFor()
  await rotate(page)
  const newer = (await listKeys(stage.service, person)).find((key) => key.rotatedFrom === old.id)
  expect(newer?.expiresAt).toBe('9999-12-31T23:59:59.999Z')
})

test.each(waysOut)(
  'leaving the new key by %s asks once while nothing was copied',
  async (_, leave) => {
    const { page } = await openList()
    await chooseRotate(page, LABEL)
    const key = await rotate(page)
    const question = page.getByRole('alertdialog')
    await leave(page)
    await question.getByRole('button', { name: 'Stay and copy it' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await shownKey(page)).toBe(key)
    await leave(page)
    await question.getByRole('button', { name: 'Leave without it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByText(key).count()).toBe(0)
  },
)

test('Back and Forward after a rotation never show the key again', async () => {
  const { page } = await openList()
  await chooseRotate(page, LABEL)
  const key = await rotate(page)
  await copyAndClose(page)
  await page.evaluate(() => history.back())
  await page.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()
  await page.evaluate(() => history.forward())
  await page.getByRole('region', { name: 'Rotation under way' }).waitFor()
  expect(await page.getByText(key).count()).toBe(0)
})

test('where the clipboard refuses, the new key is selected and Ctrl+C saves it', async () => {
  const { page } = await openList({
    prepare: (tab) => tab.addInitScript(breakClipboard, 'refuses'),
  })
  await chooseRotate(page, LABEL)
  const key = await rotate(page)
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByText(/press (Ctrl\+|⌘)C/i).waitFor()
  expect(await page.evaluate(() => String(document.getSelection()))).toBe(key)
  await page.keyboard.press('ControlOrMeta+C')
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('region', { name: 'Rotation under way' }).waitFor()
})

test('a double click makes one successor', async () => {
  const { page, person } = await openList()
  await chooseRotate(page, LABEL)
  await page.getByRole('button', { name: 'Rotate key' }).dblclick()
  await newKey(page)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
})

test('a rotation whose answer got lost yields the same successor by trying again', async () => {
  const { page, person } = await openList({ expected: /net::ERR_FAILED/ })
  const sent: (string | undefined)[] = []
  await page.route('**/api/keys/*/rotate', async (route) => {
    sent.push(route.request().headers()['idempotency-key'])
    if (sent.length > 1) return route.continue()
    expect((await route.fetch()).status()).toBe(201)
    return route.abort()
  })
  await chooseRotate(page, LABEL)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await dialog.getByText('never makes a second key').waitFor()
  // Only the very same request gets the key: the choice cannot be changed any more.
  expect(await dialog.getByLabel('Both keys work for').isDisabled()).toBe(true)
  const [made] = await listKeys(stage.service, person)
  const key = await rotate(page)
  expect(made!.masked).toBe(`nas_...${key.slice(-4)}`)
  await mintToken(stage.service, key)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
  expect(sent).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), sent[0]])
})

test('a key that was rotated meanwhile says so, and gives no secret', async () => {
  const { page, person, key: old } = await openList({ expected: /status of 409/ })
  await chooseRotate(page, LABEL)
  await rotateKey(stage.service, person, old.id)
  await page.getByRole('button', { name: 'Rotate key' }).click()
  await page.getByRole('dialog').getByRole('alert').waitFor()
  expect(
    await page
      .getByRole('dialog')
      .getByText(/^nas_\w{32}$/)
      .count(),
  ).toBe(0)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
})

test('the new key outlives the end of the session until it is copied', async () => {
  const { page, person, key: old } = await openList({ expected: /status of 401/ })
  await page.goto(`/api-keys/${old.id}`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  const key = await rotate(page)
  await page.waitForLoadState('networkidle') // what the rotation itself reads anew
  await signOut(stage.service, person)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await comeBack(page)
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  expect(asked).toEqual([])
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('Your session has ended').waitFor()
})

test.each(['Cancel', 'Escape', 'Back'])('left by %s, the focus is where it was', async (way) => {
  const { page, key } = await openList()
  const menu = page.getByRole('button', { name: `More actions for ${LABEL}` })
  await chooseRotate(page, LABEL)
  await leaveForm(page, way)
  await expectFocus(menu)
  await page.goto(`/api-keys/${key.id}`)
  const button = page.getByRole('button', { name: 'Rotate' })
  await button.click()
  await leaveForm(page, way)
  await expectFocus(button)
  expect(page.url()).toBe(`${stage.service.url}/api-keys/${key.id}`)
})

test('a key is rotated and the rotation finished by keyboard alone', async () => {
  const { page, person, key: old } = await openList()
  await tabTo(page, page.getByRole('button', { name: `More actions for ${LABEL}` }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('menuitem', { name: 'Rotate' }))
  await page.keyboard.press('Enter')
  const overlap = page.getByLabel('Both keys work for')
  await expectFocus(overlap)
  await page.keyboard.press('ArrowDown')
  expect(await overlap.inputValue()).toBe(String(7 * 86_400))
  await tabTo(page, page.getByRole('button', { name: 'Rotate key' }))
  await page.keyboard.press('Enter')
  const key = await newKey(page)
  await expectFocus(page.getByRole('button', { name: 'Copy key' }))
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  await page.keyboard.press('Escape')
  await expectFocus(page.getByRole('heading', { level: 1, name: LABEL }))
  await tabTo(page, page.getByRole('button', { name: 'Finish now' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }))
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.getByText('Rotation finished').waitFor()
  const ended = (await listKeys(stage.service, person)).find(({ id }) => id === old.id)
  expect(ended?.status).toBe('revoked')
})

type ListOptions = { expected?: RegExp; settings?: object; prepare?: (page: Page) => unknown }

async function openList({ expected, settings, prepare }: ListOptions = {}) {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, LABEL, { ...settings })
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await prepare?.(page)
  await page.goto('/api-keys')
  await page.getByRole('row', { name: LABEL }).waitFor()
  return { page, person, key }
}
