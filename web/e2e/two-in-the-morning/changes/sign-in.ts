import type { Page } from 'playwright-core'
import { totp } from '../../../../scripts/testkit/api/totp.ts'
import { openPortal } from '../../testkit/open-portal.ts'
import { callAs, makePerson, PASSWORD, type Person } from '../../testkit/person.ts'
import type { Stage } from '../../testkit/stage.ts'
import { expected, openAt, waitsForText, type Scene, type Scenes } from './scene.ts'

const NEW_PASSWORD = 'another good password'
const unknown = /It is not known whether you are signed in\./
const notDone = /You are not signed in\./
const showsKeys = (page: Page) =>
  page.getByRole('heading', { level: 1, name: 'API Keys' }).waitFor()
const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).click()

/** The cookie was in the answer that was lost: so nobody is signed in, and can be by trying again. */
const bySigningInAgain =
  (again: Scene['make']): ((page: Page) => Promise<void>) =>
  async (page) => {
    await page.getByText(notDone).waitFor()
    await again(page)
    await showsKeys(page)
  }

async function openSignIn(stage: Stage, { email }: Person): Promise<Page> {
  const page = await openAt(await openPortal(stage, { expected }), '/sign-in', 'Sign in')
  await page.getByLabel('Email').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  return page
}

/** The service's answer with other settings. */
async function setSignInOptions(page: Page, more: object): Promise<void> {
  const none = {
    firstRun: false,
    setupCodeRequired: false,
    signUp: false,
    singleSignOn: false,
    passwordResetByMail: false,
  }
  await page.route('**/api/session/options', (route) =>
    route.fulfill({ json: { ...none, ...more } }),
  )
}

/** Up to the second step, whose field is filled. */
async function openSecondStep(stage: Stage, kind: 'totp' | 'backup-code'): Promise<Page> {
  const person = await makePerson(stage.service)
  const path = '/api/session/two-factor'
  const begun = await callAs(stage.service, person, 'POST', `${path}/enable`, {
    password: PASSWORD,
  })
  const { totpURI, backupCodes } = (await begun.json()) as {
    totpURI: string
    backupCodes: string[]
  }
  const secret = new URL(totpURI).searchParams.get('secret')!
  await callAs(stage.service, person, 'POST', `${path}/verify-totp`, { code: totp(secret) })
  const page = await openSignIn(stage, person)
  await press('Sign in')(page)
  if (kind === 'totp') await page.getByLabel('Code from your app').fill(totp(secret, 1))
  else {
    await page.getByRole('button', { name: 'Use a backup code instead' }).click()
    await page.getByLabel('Backup code').fill(backupCodes[0]!)
  }
  return page
}

export const signInScenes: Scenes = {
  'POST /api/session/sign-in/email': {
    'sign in': {
      open: async (stage) => openSignIn(stage, await makePerson(stage.service)),
      make: press('Sign in'),
      unknown,
      notDone,
      showsDone: bySigningInAgain(press('Sign in')),
    },
  },
  'POST /api/session/sign-in/social': {
    'single sign-on': {
      async open(stage) {
        const portal = await openPortal(stage, { expected })
        await setSignInOptions(portal.page, { singleSignOn: true })
        return openAt(portal, '/sign-in', 'Sign in')
      },
      make: press('Continue with single sign-on'),
      unknown,
      notDone,
      showsDone: (page) => page.getByText(notDone).waitFor(), // the provider was not visited
    },
  },
  'POST /api/session/two-factor/verify-backup-code': {
    'backup code': {
      open: (stage) => openSecondStep(stage, 'backup-code'),
      make: press('Sign in'),
      unknown,
      notDone,
      showsDone: (page) => page.getByText(notDone).waitFor(), // the code is used up
    },
  },
  'POST /api/session/two-factor/verify-totp (signing in)': {
    'code of the app': {
      open: (stage) => openSecondStep(stage, 'totp'),
      make: press('Sign in'),
      unknown,
      notDone,
      showsDone: (page) => page.getByText(notDone).waitFor(), // the code is used up
    },
  },
  'POST /api/session/sign-up/email': {
    'make an account': {
      async open(stage) {
        await makePerson(stage.service)
        const portal = await openPortal(stage, { expected })
        const page = await openAt(portal, '/sign-up', 'Create')
        await page.getByLabel('Your name').fill('Grace Hopper')
        await page.getByLabel('Email').fill('grace-at-night@example.com')
        await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
        return page
      },
      make: press('Create account'),
      unknown: /It is not known whether the account was made\./,
      notDone: /Create it again: if there is one already, sign in with it\./,
      async showsDone(page) {
        await waitsForText(/Create it again: if there is one already/)(page)
        await press('Create account')(page)
        await waitsForText(/Create it again: if there is one already/)(page)
      },
    },
  },
  'POST /api/session/request-password-reset': {
    'ask for a link': {
      async open(stage) {
        const portal = await openPortal(stage, { expected })
        await setSignInOptions(portal.page, { passwordResetByMail: true })
        const page = await openAt(portal, '/forgotten-password', 'Forgot your password?')
        await page.getByLabel('Email').fill('ada@example.com')
        return page
      },
      make: press('Send a link'),
      unknown: /It is not known whether a link was sent\./,
      notDone: /Look into your mail, or send another/,
      showsDone: waitsForText(/Look into your mail, or send another/),
    },
  },
  'POST /api/session/reset-password': {
    'set a new password': {
      async open(stage) {
        const { email } = await makePerson(stage.service)
        const { stdout } = await stage.service.keys('user', 'reset-password', email)
        const portal = await openPortal(stage, { expected })
        const page = await openAt(portal, stdout.trim(), 'Set a new password')
        await page.getByLabel('New password').fill(NEW_PASSWORD)
        return page
      },
      make: press('Set password'),
      unknown: /It is not known whether the password was set\./,
      notDone: /if the link then no longer works, sign in with the new password\./,
      async showsDone(page) {
        await waitsForText(/if the link then no longer works/)(page)
        await press('Set password')(page)
        await page.getByText(/If you set a new password with it, sign in with that/).waitFor()
      },
    },
  },
}
