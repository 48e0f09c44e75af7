import { expect, test } from 'vitest'
import { expectFocus, untilDrawn } from '../testkit/focus.ts'
import {
  LABEL,
  openList,
  breakCopying,
  chooseRotate,
  copyAndClose,
  leaveForm,
  newKey,
  rotate,
  side,
  waysOut,
} from './key-page.ts'
import { comeBack, shownKey } from '../testkit/open-portal.ts'
import { listKeys, mintToken, rotateKey, signOut } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'
import { setCreatedAt } from '../testkit/with-database.ts'

const stage = setStage()

test('rotating shows the new key once, and then both keys side by side', async () => {
  const { page, person, key: old } = await openList(stage)
  await mintToken(stage.service, old.key)
  await chooseRotate(page, LABEL)
  await page.getByText(/works until .* fail with 401/).waitFor()
  const key = await rotate(page)
  expect(await placesWith(page, key)).toEqual(['document', 'memory']) // the search can find
  await copyAndClose(page)
  await page.evaluate(() => navigator.clipboard.writeText(''))
  await expect.poll(() => placesWith(page, key)).toEqual([])

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

test('with no overlap the old key ends at once', async () => {
  const { page, person, key: old } = await openList(stage)
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
  const { page, person, key: old } = await openList(stage, { settings })
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
    const { page } = await openList(stage)
    await chooseRotate(page, LABEL)
    const key = await rotate(page)
    const question = page.getByRole('alertdialog')
    await leave(page)
    await question.getByRole('button', { name: 'Stay and copy it' }).click()
    await question.waitFor({ state: 'detached' })
    expect(await shownKey(page)).toBe(key)
    await untilDrawn(page)
    await leave(page)
    await question.getByRole('button', { name: 'Leave without it' }).click()
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await page.getByText(key).count()).toBe(0)
  },
)

test('Back and Forward after a rotation never show the key again', async () => {
  const { page } = await openList(stage)
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
  const { page } = await openList(stage, {
    prepare: (tab) => tab.addInitScript(breakCopying, 'refuses'),
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
  const { page, person } = await openList(stage)
  await chooseRotate(page, LABEL)
  await page.getByRole('button', { name: 'Rotate key' }).dblclick()
  await newKey(page)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
})

test('a rotation whose answer got lost yields the same successor by trying again', async () => {
  const { page, person } = await openList(stage, { expected: /net::ERR_FAILED/ })
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
  await expect.poll(() => dialog.getByLabel('Both keys work for').isDisabled()).toBe(true)
  const [made] = await listKeys(stage.service, person)
  const key = await rotate(page)
  expect(made!.masked).toBe(`nas_...${key.slice(-4)}`)
  await mintToken(stage.service, key)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
  expect(sent).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), sent[0]])
})

test('a key that was rotated meanwhile says so, and gives no secret', async () => {
  const { page, person, key: old } = await openList(stage, { expected: /status of 409/ })
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
  const { page, person, key: old } = await openList(stage, { expected: /status of 401/ })
  await page.goto(`/api-keys/${old.id}`)
  await page.getByRole('button', { name: 'Rotate' }).click()
  const key = await rotate(page)
  await page.waitForLoadState('networkidle') // what the rotation itself reads again
  await signOut(stage.service, person)
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  // Only the wait for the first request asks, and its 401 must not take the key away.
  const looked = page.waitForResponse((it) => it.url().endsWith('/callers') && it.status() === 401)
  await comeBack(page)
  await looked
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(key)
  expect(asked.filter((url) => url.includes('/api/') && !url.endsWith('/callers'))).toEqual([])
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('Your session has ended').waitFor()
})

test.each(['Cancel', 'Escape', 'Back'])('left by %s, the focus is where it was', async (way) => {
  const { page, key } = await openList(stage)
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
