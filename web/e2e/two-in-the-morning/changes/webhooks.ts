import type { Page } from 'playwright-core'
import { openPortal } from '../../testkit/open-portal.ts'
import { callAs, makePerson, type Person } from '../../testkit/person.ts'
import type { Stage } from '../../testkit/stage.ts'
import { expected, inDialog, openAt, waitsForText, type Scenes } from './scene.ts'

// Nobody listens there.
const URL_TEXT = 'http://127.0.0.1:1/'

async function openList(stage: Stage): Promise<Page> {
  const owner = await makePerson(stage.service)
  const portal = await openPortal(stage, { as: owner, expected })
  return openAt(portal, '/settings/webhooks', 'Webhooks')
}

/** The page of a webhook, which has a test message that failed. */
async function openWebhook(stage: Stage): Promise<Page> {
  const owner = await makePerson(stage.service)
  const post = (path: string, body: object) => postAs(stage, owner, path, body)
  const { id } = await post('/api/webhooks', { url: URL_TEXT, events: ['key.revoked'] })
  await post(`/api/webhooks/${id}/test`, {})
  const portal = await openPortal(stage, { as: owner, expected })
  const page = await openAt(portal, `/settings/webhooks/${id}`, 'Deliveries')
  await page.getByText('Failed', { exact: true }).waitFor()
  return page
}

async function postAs({ service }: Stage, owner: Person, path: string, body: object) {
  return (await (await callAs(service, owner, 'POST', path, body)).json()) as { id: string }
}

const press = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).click()

async function showsSecretAgain(page: Page): Promise<void> {
  await page.getByText(/but the answer that holds the secret was lost/).waitFor()
  await page.getByRole('dialog').locator('[type=submit]').click()
  await page.getByRole('button', { name: 'Copy secret' }).waitFor()
}

export const webhookScenes: Scenes = {
  'POST /api/webhooks': {
    add: {
      open: openList,
      make: inDialog(async (page) => {
        await press('Add your first webhook')(page)
        await page.getByRole('dialog').getByLabel('URL').fill(URL_TEXT)
      }),
      unknown: /It is not known whether the webhook was added\./,
      notDone: /The webhook was not added\./,
      showsDone: showsSecretAgain,
    },
  },
  'POST /api/webhooks/:id/rotate-secret': {
    'replace the secret': {
      open: openWebhook,
      make: inDialog(press('Replace secret')),
      unknown: /It is not known whether the secret was replaced\./,
      notDone: /The secret was not replaced\./,
      showsDone: showsSecretAgain,
    },
  },
  'PATCH /api/webhooks/:id': {
    edit: {
      open: openWebhook,
      make: inDialog(async (page) => {
        await press('Edit')(page)
        await page.getByRole('dialog').getByLabel('Description').fill('Ends calls')
      }),
      unknown: /It is not known whether the webhook was changed\./,
      notDone: /The webhook was not changed\./,
      notice: 'Webhook changed',
    },
    disable: {
      open: openWebhook,
      make: inDialog(press('Disable')),
      unknown: /It is not known whether the webhook was disabled\./,
      notDone: /The webhook was not disabled\./,
      notice: 'Webhook disabled',
    },
  },
  'DELETE /api/webhooks/:id': {
    delete: {
      open: openWebhook,
      make: inDialog(press('Delete')),
      unknown: /It is not known whether the webhook was deleted\./,
      notDone: /The webhook was not deleted\./,
      showsDone: waitsForText('No webhooks yet'),
    },
  },
  'POST /api/webhooks/:id/test': {
    'send a test': {
      open: openWebhook,
      make: press('Send test'),
      unknown: /It is not known whether the test message was sent\./,
      notDone: /The test message was not sent\./,
      notice: 'Test message sent',
    },
  },
  'POST /api/webhooks/:id/deliveries/:deliveryId/resend': {
    'send again': {
      open: openWebhook,
      make: press('Send again: Test message'),
      unknown: /It is not known whether the message was sent again\./,
      notDone: /The message was not sent again\./,
      showsDone: waitsForText('2 attempts'),
    },
  },
}
