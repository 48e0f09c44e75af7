import type { Page } from 'playwright-core'
import { totp } from '../../../../scripts/testkit/api/totp.ts'
import { openPortal } from '../../testkit/open-portal.ts'
import { makePerson, PASSWORD, signInAs } from '../../testkit/person.ts'
import type { Stage } from '../../testkit/stage.ts'
import { expected, inDialog, openAt, waitsForText, type Scenes } from './scene.ts'

const NEW_PASSWORD = 'another good password'
const signsOut = (page: Page) => page.getByRole('heading', { name: 'Sign in' }).waitFor()

/** The person's own page; they are signed in on a phone too. */
async function openProfile(stage: Stage): Promise<Page> {
  const person = await makePerson(stage.service)
  const phone = { 'User-Agent': 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) Safari/604.1' }
  await signInAs(stage.service, person.email, PASSWORD, phone)
  const portal = await openPortal(stage, { as: person, expected })
  const page = await openAt(portal, '/settings', 'Profile')
  await page.getByRole('button', { name: 'Sign out all others' }).waitFor()
  return page
}

async function openWithSecondFactor(stage: Stage): Promise<Page> {
  const page = await openProfile(stage)
  await beginSecondFactor(page)
  await page.getByRole('button', { name: 'Turn on', exact: true }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Done' }).click()
  await page.getByRole('button', { name: 'Turn off' }).waitFor()
  return page
}

/** Up to the code of the app, which is typed. */
async function beginSecondFactor(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Your password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  const secret = await dialog.getByRole('textbox', { name: 'Key for the app' }).innerText()
  await dialog.getByLabel('Code from the app').fill(totp(secret.replaceAll(' ', '')))
}

const withPassword = (button: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name: button }).click()
  await page.getByRole('dialog').getByLabel('Your password').fill(PASSWORD)
}

function changePassword(endsOthers: boolean) {
  return async (page: Page) => {
    await page.getByLabel('Current password').fill(PASSWORD)
    await page.getByLabel('New password').fill(NEW_PASSWORD)
    await page.getByRole('checkbox', { name: /Sign out all other/ }).setChecked(endsOthers)
    await page.getByRole('button', { name: 'Change password' }).click()
  }
}

export const accountScenes: Scenes = {
  'POST /api/session/update-user': {
    'change the name': {
      open: openProfile,
      async make(page) {
        await page.getByLabel('Your name').fill('Grace Hopper')
        await page.getByRole('button', { name: 'Save name' }).click()
      },
      unknown: /It is not known whether the name was saved\./,
      notDone: /The name was not saved\./,
      notice: 'Name saved',
    },
  },
  'POST /api/session/change-password': {
    'change the password': {
      open: openProfile,
      make: changePassword(false),
      unknown: /It is not known whether the password was changed\./,
      notDone: /Do it again: if your current password is then refused, the new one is set\./,
      async showsDone(page) {
        await waitsForText(/Do it again: if your current password is then refused/)(page)
        await changePassword(false)(page)
        await page.getByText('This is not your current password').waitFor()
        await waitsForText(/Do it again: if your current password is then refused/)(page)
      },
    },
    'and end all other sessions': {
      open: openProfile,
      make: changePassword(true),
      unknown: /It is not known whether the password was changed\./,
      notDone: /Do it again: if your current password is then refused, the new one is set\./,
      showsDone: signsOut, // this session was replaced too
    },
  },
  'POST /api/session/revoke-session': {
    'sign out a device': {
      open: openProfile,
      make: (page) => page.getByRole('button', { name: 'Sign out Safari on iPhone' }).click(),
      unknown: /It is not known whether the device was signed out\./,
      notDone: /The device was not signed out\./,
      notice: 'Safari on iPhone has to sign in again.',
    },
  },
  'POST /api/session/revoke-other-sessions': {
    'sign out all others': {
      open: openProfile,
      make: (page) => page.getByRole('button', { name: 'Sign out all others' }).click(),
      unknown: /It is not known whether the other devices were signed out\./,
      notDone: /The other devices were not signed out\./,
      notice: 'Other devices signed out',
    },
  },
  'POST /api/session/two-factor/enable': {
    begin: {
      open: openProfile,
      make: inDialog(withPassword('Turn on two-step sign-in')),
      unknown: /It is not known whether a key for your app was made\./,
      notDone: /Two-step sign-in was not turned on\./,
      showsDone: waitsForText('Two-step sign-in was not turned on.'), // it needs a code first
    },
  },
  'POST /api/session/two-factor/verify-totp': {
    'turn on': {
      open: openProfile,
      make: inDialog(beginSecondFactor),
      unknown: /It is not known whether two-step sign-in was turned on\./,
      notDone: /Two-step sign-in was not turned on\./,
      showsDone: signsOut, // the session was replaced, and the answer held the new one
    },
  },
  'POST /api/session/two-factor/disable': {
    'turn off': {
      open: openWithSecondFactor,
      make: inDialog(withPassword('Turn off')),
      unknown: /It is not known whether two-step sign-in was turned off\./,
      notDone: /Two-step sign-in was not turned off\./,
      showsDone: signsOut,
    },
  },
  'POST /api/session/two-factor/generate-backup-codes': {
    'new backup codes': {
      open: openWithSecondFactor,
      make: inDialog(withPassword(/backup codes$/)),
      unknown: /It is not known whether new codes were made\./,
      notDone: /Do it again to get ten that do\./,
      async showsDone(page) {
        await waitsForText(/Do it again to get ten that do\./)(page)
        await page.getByRole('dialog').locator('[type=submit]').click()
        await page.getByRole('list', { name: 'Backup codes' }).waitFor()
      },
    },
  },
  'POST /api/session/sign-out': {
    'sign out': {
      open: openProfile,
      async make(page) {
        await page.getByRole('button', { name: /^Your account/ }).click()
        await page.getByRole('menuitem', { name: 'Sign out' }).click()
      },
      unknown: /It is not known whether you are signed out\./,
      notDone: /You are still signed in\./,
      showsDone: signsOut,
    },
  },
}
