import { test } from 'vitest'
import { expectAccessible } from '../testkit/expect-accessible.ts'
import { openPortal } from '../testkit/open-portal.ts'
import { addMember, makePerson } from '../testkit/person.ts'
import { setStage } from '../testkit/stage.ts'
import { withDatabase } from '../testkit/with-database.ts'

const stage = setStage({ ALLOW_SIGN_UP: 'true' })

test('an owner requires a second step of all, and who has none reaches only its set-up', async () => {
  const { service } = stage
  const owner = await makePerson(service)
  const member = await addMember(service, owner, 'member', 'Grace Hopper')
  const { page } = await openPortal(stage, { as: owner, expected: /status of 409/ })
  await page.goto('/settings/organization')
  const section = page.getByRole('region', { name: 'Two-step sign-in for all' })
  await section.getByRole('button', { name: 'Require of all' }).click()
  const question = page.getByRole('alertdialog')
  await question.getByText('the people who run this service').waitFor()
  await expectAccessible(page)
  await question.getByRole('button', { name: 'Require of all' }).click()
  await question.getByText('Turn on two-step sign-in for yourself first').waitFor()

  await withDatabase(service, (db) =>
    db
      .updateTable('users')
      .set((eb) => ({ two_factor_enabled: eb.lit(true) }))
      .where('email', '=', owner.email)
      .execute(),
  )
  await question.getByRole('button', { name: 'Require of all' }).click()
  await question.waitFor({ state: 'detached' })
  await section.getByText('1 member has not turned it on.').waitFor()

  const theirs = await openPortal(stage, { as: member, expected: /status of 403/ })
  await theirs.page.goto('/api-keys')
  await theirs.page.getByRole('heading', { name: 'Turn on two-step sign-in' }).waitFor()
  await theirs.page.getByText('only the people who run this service').waitFor()
  await expectAccessible(theirs.page)
  await theirs.page.goto('/audit-log')
  await theirs.page.waitForURL('/two-step-sign-in')
  await theirs.page.getByRole('button', { name: 'Turn on two-step sign-in' }).click()
  const dialog = theirs.page.getByRole('dialog', { name: 'Turn on two-step sign-in' })
  await dialog.waitFor()
  await theirs.page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await theirs.page.getByRole('button', { name: 'Sign out' }).click()
  await theirs.page.waitForURL('/sign-in')
  await theirs.page.getByLabel('Email').waitFor()
})
