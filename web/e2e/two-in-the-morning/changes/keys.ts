import type { Page } from 'playwright-core'
import { chooseRotate, LABEL, newKey, openList } from '../../keys/key-page.ts'
import { makeToken } from '../../testkit/organization.ts'
import { openPortal, shownKey } from '../../testkit/open-portal.ts'
import { callAs, issueKey, makePerson } from '../../testkit/person.ts'
import type { Stage } from '../../testkit/stage.ts'
import { expected, inDialog, openAt, type Scenes } from './scene.ts'

const openKeys = async (stage: Stage) => (await openList(stage, { expected })).page

async function openKey(stage: Stage, change = {}): Promise<Page> {
  const person = await makePerson(stage.service)
  const { id } = await issueKey(stage.service, person, LABEL)
  await callAs(stage.service, person, 'PATCH', `/api/keys/${id}`, change)
  return openAt(await openPortal(stage, { as: person, expected }), `/api-keys/${id}`, LABEL)
}

async function openTokens(stage: Stage): Promise<Page> {
  const person = await makePerson(stage.service)
  await makeToken(stage.service, person, 'Gateway')
  const portal = await openPortal(stage, { as: person, expected })
  return openAt(portal, '/settings/service-tokens', 'Service tokens')
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: /^More actions/ }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

async function openManyKeys(stage: Stage): Promise<Page> {
  const person = await makePerson(stage.service)
  await issueKey(stage.service, person, LABEL)
  const portal = await openPortal(stage, { as: person, expected })
  return openAt(portal, '/api-keys/revoke-many?environment=production', 'Revoke many keys')
}

export const keyScenes: Scenes = {
  'POST /api/keys/revoke-many': {
    'revoke all that fit': {
      open: openManyKeys,
      async make(page) {
        await page.getByLabel('Type 1 to confirm').fill('1')
        await page.getByRole('button', { name: 'Revoke 1 key' }).click()
      },
      unknown: /It is not known whether the keys were revoked\./,
      notDone: /No key was revoked\./,
      notice: '1 key is revoked',
    },
  },
  'POST /api/keys': {
    generate: {
      open: openKeys,
      make: inDialog(async (page) => {
        await page.getByRole('button', { name: 'Generate key' }).click()
        await page.getByRole('dialog').getByLabel('Label').fill('Night batch')
      }),
      unknown: /It is not known whether a key was made\./,
      notDone: /No key was made\./,
      async showsDone(page) {
        await page.getByText(/^The key nas_\.{3}\w{4} was made/).waitFor()
        await page.getByRole('dialog').locator('[type=submit]').click()
        await shownKey(page)
      },
    },
  },
  'POST /api/keys/:id/rotate': {
    rotate: {
      open: openKeys,
      make: inDialog((page) => chooseRotate(page, LABEL)),
      unknown: /It is not known whether a key was made\./,
      notDone: /No key was made\./,
      async showsDone(page) {
        await page.getByText(/^The key nas_\.{3}\w{4} was made/).waitFor()
        await page.getByRole('dialog').locator('[type=submit]').click()
        await newKey(page)
      },
    },
  },
  'DELETE /api/keys/:id': {
    revoke: {
      open: openKeys,
      make: inDialog((page) => page.getByRole('button', { name: `Revoke ${LABEL}` }).click()),
      unknown: /It is not known whether the key was revoked\./,
      notDone: /The key was not revoked\./,
      notice: 'Key revoked',
    },
  },
  'PATCH /api/keys/:id': {
    rename: {
      open: openKeys,
      make: inDialog(async (page) => {
        await choose(page, 'Rename')
        await page.getByRole('dialog').getByLabel('Label').fill('  Night   batch ')
      }),
      unknown: /It is not known whether the key was renamed\./,
      notDone: /The key was not renamed\./,
      notice: 'Key renamed',
    },
    limits: {
      open: (stage) => openKey(stage),
      make: inDialog(async (page) => {
        await page.getByRole('button', { name: 'Edit limits' }).click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel('Allowed addresses').fill('2001:DB8:0::1\n10.0.0.0/8')
        await dialog.getByLabel('Scopes').fill('widget:token calls:read')
      }),
      unknown: /It is not known whether the limits were changed\./,
      notDone: /The limits were not changed\./,
      notice: 'Limits changed',
    },
    disable: {
      open: openKeys,
      make: inDialog((page) => choose(page, 'Disable')),
      unknown: /It is not known whether the key was disabled\./,
      notDone: /The key was not disabled\./,
      notice: 'Key disabled',
    },
    enable: {
      open: (stage) => openKey(stage, { enabled: false }),
      make: (page) => choose(page, 'Enable'),
      unknown: /It is not known whether production server was enabled\./i,
      notDone: /Production server was not enabled\./,
      notice: 'Key enabled',
    },
  },
  'POST /api/service-tokens': {
    make: {
      open: openTokens,
      make: inDialog(async (page) => {
        await page
          .getByRole('button', { name: /token$/ })
          .first()
          .click()
        const dialog = page.getByRole('dialog')
        await dialog.getByLabel('Name').fill('Night gateway')
        await dialog.getByRole('checkbox').first().check()
      }),
      unknown: /It is not known whether a token was made\./,
      notDone: /No token was made\./,
      async showsDone(page) {
        await page.getByText(/^The token nassvc_\.{3}\w{4} was made/).waitFor()
        await page.getByRole('dialog').locator('[type=submit]').click()
        await page
          .getByRole('dialog')
          .getByText(/^nassvc_\w{32}$/)
          .waitFor()
      },
    },
  },
  'DELETE /api/service-tokens/:id': {
    revoke: {
      open: openTokens,
      make: inDialog((page) => page.getByRole('button', { name: 'Revoke Gateway' }).click()),
      unknown: /It is not known whether the token was revoked\./,
      notDone: /The token was not revoked\./,
      notice: 'Token revoked',
    },
  },
}
