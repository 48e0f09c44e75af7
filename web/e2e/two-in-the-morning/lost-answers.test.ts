import { expect, test } from 'vitest'
import { chooseRotate, LABEL, newKey, openList } from '../keys/key-page.ts'
import { cutAt, cuts } from '../testkit/cut-network.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { shownKey } from '../testkit/open-portal.ts'
import { listKeys } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })
const expected = /net::ERR/

test.each(cuts)('revoke, %s: it is not known, and looked at until it is', async (cut) => {
  const { page, person } = await openList(stage, { expected })
  const mend = await cutAt(page, 'DELETE', /keys\/key_/, cut)
  await page.getByRole('button', { name: `Revoke ${LABEL}` }).click()
  const dialog = page.getByRole('alertdialog')
  await dialog.getByText('No requests in the last 24 hours.').waitFor()
  const confirm = dialog.getByRole('button', { name: 'Revoke key' })
  await confirm.click()
  await dialog.getByText('It is not known whether the key was revoked.').waitFor()
  expect(await page.getByText('The key was not revoked').count()).toBe(0)
  await expect.poll(() => confirm.isEnabled()).toBe(true)
  await expectAccessible(page)
  await mend()
  if (cut === 'the request never arrived') {
    await dialog.getByText('The key was not revoked.').waitFor()
    expect((await listKeys(stage.service, person))[0]!.status).toBe('active')
    await confirm.click()
  }
  await page.getByText('Key revoked', { exact: true }).waitFor()
  await page.getByRole('row', { name: LABEL }).waitFor({ state: 'detached' })
  expect((await listKeys(stage.service, person))[0]!.status).toBe('revoked')
})

test.each(cuts)('generate, %s: it is not known, and repeating makes one key', async (cut) => {
  const { page, person } = await openList(stage, { expected })
  const mend = await cutAt(page, 'POST', /\/api\/keys$/, cut)
  await page.getByRole('button', { name: 'Generate key' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Label').fill('Night batch')
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await dialog.getByText('It is not known whether a key was made.').waitFor()
  await mend()
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  await shownKey(page)
  const labels = (await listKeys(stage.service, person)).map(({ label }) => label)
  expect(labels).toEqual(['Night batch', LABEL])
})

test.each(cuts)('rotate, %s: it is not known, and repeating makes one key', async (cut) => {
  const { page, person } = await openList(stage, { expected })
  const mend = await cutAt(page, 'POST', /\/rotate$/, cut)
  await chooseRotate(page, LABEL)
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await dialog.getByText('It is not known whether a key was made.').waitFor()
  await mend()
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  await newKey(page)
  expect(await listKeys(stage.service, person)).toHaveLength(2)
})

test.each(cuts)('find, %s: nothing is claimed, and it is asked again by itself', async (cut) => {
  const { page, key } = await openList(stage, { expected })
  const mend = await cutAt(page, 'POST', /\/find$/, cut)
  await page.getByRole('searchbox', { name: 'Search keys' }).fill(key.key)
  await page.getByText('Nobody knows yet whether it is one of yours.').waitFor()
  expect(await page.getByText('No key of this organization').count()).toBe(0)
  await mend()
  await page.getByRole('region', { name: 'Found key' }).getByText(LABEL).waitFor()
})
