import type { Page } from 'playwright-core'
import { openPortal } from '../testkit/open-portal.ts'
import { issueKey, makePerson, revokeKey, mintToken } from '../testkit/person.ts'
import type { Stage } from '../testkit/stage.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

/** A list with a key of every kind: used, unused, soon to expire, with the longest label, revoked. */
export async function openListOfEveryKind(stage: Stage): Promise<Page> {
  const { service } = stage
  const person = await makePerson(service)
  const old = await issueKey(service, person, 'Old server')
  await revokeKey(service, person, old.id)
  await issueKey(service, person, 'Spare server', { environment: 'development' })
  const expiresAt = new Date(Date.now() + 3 * DAY_MS).toISOString()
  await issueKey(service, person, `A label as long as it may be ${'x'.repeat(70)}`, { expiresAt })
  const used = await issueKey(service, person, 'Production server', { environment: 'staging' })
  await mintToken(service, used.key)
  const { page } = await openPortal(stage, { as: person })
  await page.goto('/api-keys')
  await page.getByRole('row', { name: 'Production server' }).waitFor()
  return page
}
