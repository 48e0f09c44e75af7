import type { Page } from 'playwright-core'
import { expect, onTestFinished, test } from 'vitest'
import type { Role } from '@zentrix/shared/scopes.ts'
import { startMailServer } from '../../../scripts/testkit/processes/mail-server.ts'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { expectFocus } from '../testkit/focus.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { invite, renameOrganization } from '../testkit/organization.ts'
import { addMember, issueKey, makePerson, type Person } from '../testkit/person.ts'
import { startService } from '../../../scripts/testkit/processes/service.ts'
import { setStage } from '../testkit/stage.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

async function open(as: Person, path = '/settings/members', expected?: RegExp): Promise<Page> {
  const { page } = await openPortal(stage, { as, ...(expected ? { expected } : {}) })
  await page.goto(path)
  return page
}

function rowOf(page: Page, name: string) {
  return page.getByRole('table', { name: 'Members' }).getByRole('row', { name })
}

function rightEdge({ x, width }: { x: number; width: number }): number {
  return x + width
}

test('an owner invites an address, and gets a link that is shown once', async () => {
  const owner = await makePerson(stage.service)
  const page = await open(owner)
  const button = page.getByRole('button', { name: 'Invite', exact: true })
  await button.click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByText('Enter an email address').waitFor()
  await dialog.getByLabel('Email').fill('Grace@Example.com')
  await dialog.getByRole('radio', { name: 'Viewer' }).check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Invite' }).click()
  await dialog.getByText('Send this link to grace@example.com yourself').waitFor()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Copy link' }).click()
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toMatch(new RegExp(`^${stage.service.url}/invitation#token=\\S+\\.[\\w-]{22}$`))
  await dialog.getByRole('button', { name: 'Done' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await page.content()).not.toContain(link.split('.').at(-1))
  await expect.poll(() => button.evaluate((it) => it === document.activeElement)).toBe(true)

  const pending = page.getByRole('table', { name: 'Pending invitations' })
  await pending.getByRole('row', { name: 'grace@example.com Viewer' }).waitFor()
  await page.reload()
  await pending.getByRole('row', { name: 'grace@example.com Viewer' }).waitFor()
  await expectAccessible(page)
})

test('where the clipboard refuses, the link is selected to be copied by hand', async () => {
  const page = await open(await makePerson(stage.service))
  await page.evaluate(() => {
    const writeText = () => Promise.reject(new DOMException('Denied', 'NotAllowedError'))
    Object.defineProperty(navigator, 'clipboard', { value: { writeText } })
  })
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByLabel('Email').fill('grace@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  await page.getByRole('button', { name: 'Copy link' }).click()
  await page.getByText(/Not copied. Press (Ctrl\+|⌘)C/).waitFor()
  expect(await page.evaluate(() => String(document.getSelection()))).toContain('/invitation#token=')
  expect(await page.getByRole('button', { name: 'Copied' }).count()).toBe(0)
})

test('an invitation can be cancelled, and nobody joins by it any more', async () => {
  const owner = await makePerson(stage.service)
  const link = await invite(stage.service, owner, 'grace@example.com')
  const page = await open(owner)
  await page.getByRole('button', { name: 'Cancel the invitation of grace@example.com' }).click()
  const question = page.getByRole('alertdialog')
  await expectFocus(question.getByRole('button', { name: 'Keep it' }))
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Cancel invitation' }).click()
  await page.getByText('Invitation cancelled').waitFor()
  await page.getByRole('heading', { name: 'Pending invitations' }).waitFor({ state: 'detached' })
  const { page: other } = await openPortal(stage)
  await other.goto(link)
  await other.getByText('This invitation was withdrawn').waitFor()
})

test('a member is not invited again, and the dialog says so', async () => {
  const owner = await makePerson(stage.service)
  const member = await addMember(stage.service, owner, 'viewer', 'Grace Hopper')
  const page = await open(owner, '/settings/members', /status of 409/)
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByLabel('Email').fill(member.email)
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  await page.getByText('This person is a member of the organization already').waitFor()
})

test('an owner changes a role, which acts at once', async () => {
  const owner = await makePerson(stage.service)
  const member = await addMember(stage.service, owner, 'viewer', 'Grace Hopper')
  const page = await open(owner)
  await page.getByRole('button', { name: 'Actions for Grace Hopper' }).click()
  await page.getByRole('menuitem', { name: 'Change role' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Change role' }).click()
  const dialog = page.getByRole('dialog', { name: 'Role of Grace Hopper' })
  await dialog.getByRole('radio', { name: 'Member' }).check()
  await expectAccessible(page)
  await dialog.getByRole('button', { name: 'Save role' }).click()
  await rowOf(page, 'Grace Hopper').getByRole('cell', { name: 'Member', exact: true }).waitFor()
  await expectFocus(page.getByRole('button', { name: 'Actions for Grace Hopper' }))
  await issueKey(stage.service, member, 'Their key')
})

test('on a narrow screen the tab of the page is in sight', async () => {
  const owner = await makePerson(stage.service)
  const { page } = await openPortal(stage, { as: owner, viewport: { width: 360, height: 780 } })
  await page.goto('/settings/service-tokens')
  const tab = page.getByRole('link', { name: 'Service tokens' })
  await expect.poll(async () => rightEdge((await tab.boundingBox())!)).toBeLessThanOrEqual(360)
})

test('the only owner has nothing to press, and cannot leave', async () => {
  const owner = await makePerson(stage.service)
  await addMember(stage.service, owner, 'admin', 'Grace Hopper')
  const page = await open(owner, '/settings/members', /status of 409/)
  await rowOf(page, 'Grace Hopper').waitFor()
  await expect.poll(() => page.getByRole('button', { name: /^Actions for/ }).count()).toBe(1)
  await page.getByRole('link', { name: 'Organization', exact: true }).click()
  await page.getByRole('button', { name: 'Leave …' }).click()
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await page.getByText('An organization needs an owner').waitFor()
  await expectAccessible(page)
})

const rights: [Role, { invite: boolean; actions: number; save: boolean }][] = [
  ['admin', { invite: true, actions: 2, save: false }],
  ['member', { invite: false, actions: 0, save: false }],
  ['viewer', { invite: false, actions: 0, save: false }],
]

test.each(rights)(
  'a person with the role %s sees what they may, and no more',
  async (role, may) => {
    const owner = await makePerson(stage.service)
    const person = await addMember(stage.service, owner, role, 'Grace Hopper')
    await addMember(stage.service, owner, 'viewer', 'Alan Turing')
    await invite(stage.service, owner, 'someone@example.com')
    await invite(stage.service, owner, 'boss@example.com', 'owner')
    const page = await open(person)
    await rowOf(page, 'Alan Turing').waitFor()
    await page.getByRole('link', { name: 'Your account', exact: true }).waitFor()
    if (may.invite) await page.getByText('someone@example.com').waitFor()
    await page.waitForLoadState('networkidle')
    await expect.poll(() => page.getByText('someone@example.com').count()).toBe(may.invite ? 1 : 0)
    await expect
      .poll(() => page.getByRole('button', { name: 'Invite', exact: true }).count())
      .toBe(may.invite ? 1 : 0)
    await expect
      .poll(() => page.getByRole('button', { name: /^Actions for/ }).count())
      .toBe(may.actions)
    await expect
      .poll(() => page.getByRole('button', { name: /Cancel the invitation/ }).count())
      .toBe(may.invite ? 1 : 0)
    expect(await page.getByText('boss@example.com').count()).toBe(0)
    expect(await page.getByRole('link', { name: 'Service tokens' }).count()).toBe(0)
    await expectAccessible(page)
    await page.goto('/settings/organization', { waitUntil: 'networkidle' })
    await expect
      .poll(() => page.getByRole('button', { name: 'Save', exact: true }).count())
      .toBe(may.save ? 1 : 0)
    await expectAccessible(page)
    await page.goto('/settings/service-tokens')
    await page.getByText('For owners only').waitFor()
    await expectAccessible(page)
  },
)

test('an owner changes the name of the organization, and everyone sees it', async () => {
  const owner = await makePerson(stage.service)
  const page = await open(owner, '/settings/organization')
  await page.getByText('Active').waitFor()
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill(' ')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Enter a name').waitFor()
  await name.fill('Northwind Voice')
  await name.press('Enter')
  await page.getByText('Name saved').waitFor()
  await page.getByRole('complementary').getByText('Northwind Voice').waitFor()
  await expectAccessible(page)
})

test('who belongs to several organizations switches, and who leaves goes on in another', async () => {
  const owner = await makePerson(stage.service)
  await renameOrganization(stage.service, owner, 'Northwind Voice')
  const person = await makePerson(stage.service)
  await renameOrganization(stage.service, person, 'My own')
  await issueKey(stage.service, person, 'My own key')
  const link = await invite(stage.service, owner, person.email, 'viewer')
  const page = await open(person, link)
  await page.getByRole('button', { name: 'Accept invitation' }).click()
  const menu = page.getByRole('button', { name: 'Organization: Northwind Voice' })
  await menu.click()
  await page.getByRole('menuitem', { name: 'My own' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'My own' }).click()
  await page.getByRole('row', { name: 'My own key' }).waitFor()
  await page.getByRole('button', { name: 'Organization: My own' }).click()
  await page.getByRole('menuitem', { name: 'Northwind Voice' }).click()
  await menu.waitFor()

  await page.goto('/settings/organization')
  await page.getByRole('button', { name: 'Leave …' }).click()
  await page.getByRole('alertdialog', { name: 'Leave Northwind Voice?' }).waitFor()
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Leave', exact: true }).click()
  await page.getByRole('row', { name: 'My own key' }).waitFor()
  expect(await page.getByRole('button', { name: /^Organization:/ }).count()).toBe(0)
})

test('with a mail server the invitation is mailed, and the link shown all the same', async () => {
  const { mails, url } = await startMailServer()
  const service = await startService({ ALLOW_SIGN_UP: 'true', SMTP_URL: url })
  onTestFinished(() => service.remove()) // after the browser has left it
  const owner = await makePerson(service)
  const { page } = await openPortal({ ...stage, service }, { as: owner })
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByLabel('Email').fill('grace@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  await page.getByText('A mail with this link is on its way to grace@example.com').waitFor()
  await page.getByRole('button', { name: 'Copy link' }).waitFor()
  expect(mails.map(({ to }) => to)).toEqual(['grace@example.com'])
})

test('a refusing mail server is reported, and the link is there to be sent by hand', async () => {
  const { url } = await startMailServer('refusing')
  const service = await startService({ ALLOW_SIGN_UP: 'true', SMTP_URL: url })
  onTestFinished(() => service.remove()) // after the browser has left it
  const owner = await makePerson(service)
  const { page } = await openPortal({ ...stage, service }, { as: owner })
  await page.goto('/settings/members')
  await page.getByRole('button', { name: 'Invite', exact: true }).click()
  await page.getByLabel('Email').fill('grace@example.com')
  await page.getByRole('dialog').getByRole('button', { name: 'Invite' }).click()
  await page.getByText('The mail server did not take the mail').waitFor()
  await page.getByRole('button', { name: 'Copy link' }).waitFor()
  await expectAccessible(page)
})
