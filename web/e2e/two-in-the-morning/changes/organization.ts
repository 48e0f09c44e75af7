import type { Page } from 'playwright-core'
import { invite, renameOrganization } from '../../testkit/organization.ts'
import { openPortal } from '../../testkit/open-portal.ts'
import { addMember, callAs, makePerson, type Person } from '../../testkit/person.ts'
import type { Stage } from '../../testkit/stage.ts'
import { withDatabase } from '../../testkit/with-database.ts'
import { expected, inDialog, openAt, waitsForText, type Scenes } from './scene.ts'

const INVITED = 'linus@example.com'

/** The page of members, with one of them and an invitation. */
async function openMembers(stage: Stage): Promise<Page> {
  const owner = await makePerson(stage.service)
  await addMember(stage.service, owner, 'viewer', 'Grace Hopper')
  await invite(stage.service, owner, INVITED)
  const portal = await openPortal(stage, { as: owner, expected })
  const page = await openAt(portal, '/settings/members', 'Members')
  await page.getByRole('button', { name: `Cancel the invitation of ${INVITED}` }).waitFor()
  return page
}

async function openOrganization(stage: Stage, person: Person): Promise<Page> {
  const portal = await openPortal(stage, { as: person, expected })
  return openAt(portal, '/settings/organization', 'Settings')
}

/** An owner may require a second step of others only with one of their own. */
async function openWithSecondStep(stage: Stage): Promise<Page> {
  const owner = await makePerson(stage.service)
  await withDatabase(stage.service, (db) =>
    db
      .updateTable('users')
      .set((eb) => ({ two_factor_enabled: eb.lit(true) }))
      .where('email', '=', owner.email)
      .execute(),
  )
  return openOrganization(stage, owner)
}

async function memberOfNorthwind(stage: Stage): Promise<Person> {
  const owner = await makePerson(stage.service)
  await renameOrganization(stage.service, owner, 'Northwind Voice')
  return addMember(stage.service, owner, 'member', 'Ada')
}

/** Someone who is in two organizations, and sees the second. */
async function openAsMemberOfTwo(stage: Stage): Promise<Page> {
  const member = await memberOfNorthwind(stage)
  const other = await makePerson(stage.service)
  await renameOrganization(stage.service, other, 'Southwind')
  const invitationId = (await invite(stage.service, other, member.email)).split('=')[1]
  const path = '/api/session/organization/accept-invitation'
  await callAs(stage.service, member, 'POST', path, { invitationId })
  const portal = await openPortal(stage, { as: member, expected })
  return openAt(portal, '/api-keys', 'API Keys')
}

/** The page of an invitation, for the invited person, who is signed in. */
async function openInvitation(stage: Stage): Promise<Page> {
  const owner = await makePerson(stage.service)
  await renameOrganization(stage.service, owner, 'Northwind Voice')
  const person = await makePerson(stage.service)
  const link = await invite(stage.service, owner, person.email)
  const portal = await openPortal(stage, { as: person, expected })
  return openAt(portal, link, 'Join Northwind Voice')
}

async function choose(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Actions for Grace Hopper' }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

export const organizationScenes: Scenes = {
  'PATCH /api/policy': {
    'change the policy': {
      open: async (stage) => openOrganization(stage, await makePerson(stage.service)),
      async make(page) {
        await page.getByLabel('Longest life in days').fill('45')
        await page.getByRole('button', { name: 'Save policy' }).click()
      },
      unknown: /It is not known whether the policy was saved\./,
      notDone: /The policy was not saved\./,
      notice: 'Policy saved',
    },
  },
  'POST /api/session/organization/update': {
    rename: {
      open: async (stage) => openOrganization(stage, await makePerson(stage.service)),
      async make(page) {
        await page.getByRole('textbox', { name: 'Name' }).fill('Northwind')
        await page.getByRole('button', { name: 'Save', exact: true }).click()
      },
      unknown: /It is not known whether the name was saved\./,
      notDone: /The name was not saved\./,
      notice: 'Name saved',
    },
  },
  'PATCH /api/sign-in-policy': {
    'require a second step': {
      open: openWithSecondStep,
      make: inDialog((page) => page.getByRole('button', { name: 'Require of all' }).click()),
      unknown: /It is not known whether what is asked of members was changed\./,
      notDone: /What is asked of members was not changed\./,
      showsDone: (page) => page.getByRole('button', { name: 'Require no longer' }).waitFor(),
    },
  },
  'POST /api/session/organization/invite-member': {
    invite: {
      open: openMembers,
      make: inDialog(async (page) => {
        await page.getByRole('button', { name: 'Invite', exact: true }).click()
        await page.getByRole('dialog').getByLabel('Email').fill('Alan@Example.com')
      }),
      unknown: /It is not known whether the invitation was made\./,
      notDone: /The invitation was not made\./,
      async showsDone(page) {
        await page.getByText(/^The invitation was made, but the answer/).waitFor()
        await page.getByRole('dialog').locator('[type=submit]').click()
        await page.getByRole('button', { name: 'Copy link' }).waitFor()
      },
    },
  },
  'POST /api/session/organization/cancel-invitation': {
    cancel: {
      open: openMembers,
      make: inDialog((page) =>
        page.getByRole('button', { name: `Cancel the invitation of ${INVITED}` }).click(),
      ),
      unknown: /It is not known whether the invitation was cancelled\./,
      notDone: /The invitation was not cancelled\./,
      notice: 'Invitation cancelled',
    },
  },
  'POST /api/session/organization/update-member-role': {
    'change a role': {
      open: openMembers,
      make: inDialog(async (page) => {
        await choose(page, 'Change role')
        await page.getByRole('dialog').getByRole('radio', { name: 'Admin' }).check()
      }),
      unknown: /It is not known whether the role was changed\./,
      notDone: /The role was not changed\./,
      notice: 'Role changed',
    },
  },
  'POST /api/session/organization/remove-member': {
    remove: {
      open: openMembers,
      make: inDialog((page) => choose(page, 'Remove')),
      unknown: /It is not known whether the member was removed\./,
      notDone: /Grace Hopper was not removed\./,
      notice: 'Member removed',
    },
  },
  'POST /api/session/organization/leave': {
    leave: {
      open: async (stage) => openOrganization(stage, await memberOfNorthwind(stage)),
      make: inDialog((page) => page.getByRole('button', { name: 'Leave …' }).click()),
      unknown: /It is not known whether you are still a member\./,
      notDone: /You are still a member\./,
      showsDone: waitsForText('You are in no organization'),
    },
  },
  'POST /api/session/organization/set-active': {
    switch: {
      open: openAsMemberOfTwo,
      async make(page) {
        await page.getByRole('button', { name: /^Organization: Southwind/ }).click()
        await page.getByRole('menuitem', { name: 'Northwind Voice' }).click()
      },
      unknown: /It is not known whether the organization was switched\./,
      notDone: /You are still in Southwind\./,
      showsDone: (page) =>
        page.getByRole('button', { name: 'Organization: Northwind Voice' }).waitFor(),
    },
  },
  'POST /api/session/organization/accept-invitation': {
    accept: {
      open: openInvitation,
      make: (page) => page.getByRole('button', { name: 'Accept invitation' }).click(),
      unknown: /It is not known whether the invitation was accepted\./,
      notDone: /The invitation was not accepted\./,
      showsDone: (page) =>
        page.getByRole('button', { name: 'Organization: Northwind Voice' }).waitFor(),
    },
  },
  'POST /api/session/organization/reject-invitation': {
    decline: {
      open: openInvitation,
      make: (page) => page.getByRole('button', { name: 'Decline' }).click(),
      unknown: /It is not known whether the invitation was declined\./,
      notDone: /The invitation was not declined\./,
      showsDone: waitsForText('This invitation was declined'),
    },
  },
}
