import type { Page } from 'playwright-core'
import { decodeQR } from 'qr/decode.js'
import { expect, test } from 'vitest'
import { totp } from '../../../scripts/testkit/api/totp.ts'
import { expectFocus, tabTo } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { makePerson, PASSWORD, type Person } from '../testkit/person.ts'
import { placesWith } from '../testkit/places-with.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('it is turned on and signed in with by keyboard; no secret stays behind', async () => {
  const { page, person } = await openAccount()
  await tabTo(page, page.getByRole('button', { name: 'Turn on two-step sign-in' }))
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await expectFocus(dialog.getByLabel('Your password'))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await expectFocus(dialog.getByLabel('Code from the app'))
  const typed = await dialog.getByRole('textbox', { name: 'Key for the app' }).innerText()
  const secret = typed.replaceAll(' ', '')
  expect(await scan(page)).toMatch(
    new RegExp(`^otpauth://totp/Zentrix%20Agent%20Studio:.*secret=${secret}&`),
  )
  await page.keyboard.type(totp(secret))
  await page.keyboard.press('Enter')

  await expectFocus(dialog.getByRole('button', { name: 'Copy codes' }))
  const codes = await dialog.getByRole('listitem').allInnerTexts()
  expect(codes).toHaveLength(10)
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join('\n'))
  await tabTo(page, dialog.getByRole('button', { name: 'Done' }))
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(page.getByRole('heading', { name: 'Two-step sign-in' }))
  await page.getByRole('button', { name: 'Turn off' }).waitFor()
  for (const text of [secret, typed, codes[0]!])
    await expect.poll(() => placesWith(page, text)).toEqual([])

  await enterPassword(page, person)
  await expectFocus(page.getByLabel('Code from your app'))
  const code = totp(secret, 1)
  await page.keyboard.type(`${code.slice(0, 3)} ${code.slice(3)}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()

  await enterPassword(page, person)
  await tabTo(page, page.getByRole('button', { name: 'Use a backup code instead' }))
  await page.keyboard.press('Enter')
  await expectFocus(page.getByLabel('Backup code'))
  await page.keyboard.type(codes[7]!)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'API Keys', exact: true }).waitFor()
})

test('a wrong code is said beside the field; after five the password is asked again', async () => {
  const { page, person } = await openAccount(/status of 4(00|01)/)
  await turnOn(page)
  await enterPassword(page, person)
  const field = page.getByLabel('Code from your app')
  for (let guess = 0; guess < 5; guess += 1) {
    await field.fill(`00000${guess}`)
    const answered = page.waitForResponse('**/verify-totp')
    await page.keyboard.press('Enter')
    expect((await answered).status()).toBe(401)
    await page.getByText('This code is not correct').waitFor()
    await expectFocus(field)
  }
  await field.fill('000009')
  await page.keyboard.press('Enter')
  await page.getByText(/^Sign in again: that took too long/).waitFor()
  await expectFocus(page.getByLabel('Email'))
})

test('it is turned off, or gets new backup codes, for the password alone', async () => {
  const { page } = await openAccount(/status of 400/)
  await turnOn(page)
  const makeNew = page.getByRole('button', { name: 'Generate backup codes' })
  await makeNew.press('Enter')
  const dialog = page.getByRole('dialog')
  await expectFocus(dialog.getByLabel('Your password'))
  await page.keyboard.type('not the password')
  await page.keyboard.press('Enter')
  await dialog.getByText('This is not your password').waitFor()
  await expectFocus(dialog.getByLabel('Your password'))
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expectFocus(dialog.getByRole('button', { name: 'Copy codes' }))
  const download = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Download' }).press('Enter')
  expect((await download).suggestedFilename()).toBe('zentrix-backup-codes.txt')
  await page.keyboard.press('Escape')
  await expectFocus(makeNew)

  await page.getByRole('button', { name: 'Turn off' }).press('Enter')
  await expectFocus(dialog.getByLabel('Your password'))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByText('Two-step sign-in is off').waitFor()
  await expectFocus(page.getByRole('heading', { name: 'Two-step sign-in' }))
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).waitFor()
})

test('a dialog that is left changes nothing, and gives the focus back', async () => {
  const { page } = await openAccount()
  const opener = page.getByRole('button', { name: 'Turn on two-step sign-in' })
  await opener.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await dialog.getByLabel('Code from the app').waitFor()
  await page.mouse.click(5, 5) // beside the dialog, which must not lose what is shown once
  await dialog.getByLabel('Code from the app').waitFor()
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await expectFocus(opener)
  await page.reload()
  await opener.waitFor()
})

async function openAccount(expected?: RegExp): Promise<{ page: Page; person: Person }> {
  const person = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: person, ...(expected ? { expected } : {}) })
  await page.goto('/settings')
  await page.getByRole('heading', { name: 'Profile' }).waitFor()
  return { page, person }
}

async function turnOn(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  const secret = await dialog.getByRole('textbox', { name: 'Key for the app' }).innerText()
  await dialog.getByLabel('Code from the app').fill(totp(secret.replaceAll(' ', '')))
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Signs out, as far as this browser knows, and in again up to the second step. */
async function enterPassword(page: Page, person: Person): Promise<void> {
  await page.context().clearCookies()
  await page.goto('/sign-in')
  await expectFocus(page.getByLabel('Email'))
  await page.keyboard.type(person.email)
  await tabTo(page, page.getByLabel('Password', { exact: true }))
  await page.keyboard.type(PASSWORD)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Enter your code' }).waitFor()
}

/** Reads the QR code of the page, as a camera does. */
async function scan(page: Page): Promise<string> {
  const image = page.getByRole('img', { name: /scan/ })
  const { width, pixels } = await image.evaluate((svg) => {
    const path = svg.querySelector('path')!
    const { width: size } = (svg as SVGSVGElement).viewBox.baseVal
    const dark = new Set(path.getAttribute('d')!.match(/\d+ \d+(?=h1)/g))
    const cells = Array.from({ length: size * size }, (_, index) =>
      dark.has(`${index % size} ${Math.floor(index / size)}`),
    )
    return { width: size, pixels: cells }
  })
  const scale = 4
  const side = width * scale
  const data = new Uint8Array(side * side * 4).fill(255)
  for (let y = 0; y < side; y += 1)
    for (let x = 0; x < side; x += 1)
      if (pixels[Math.floor(y / scale) * width + Math.floor(x / scale)])
        data.fill(0, (y * side + x) * 4, (y * side + x) * 4 + 3)
  return decodeQR({ width: side, height: side, data })
}
