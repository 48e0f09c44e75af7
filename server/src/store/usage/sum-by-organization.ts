import { environments, type Environment } from '@zentrix/shared/keys/environments.ts'
import { present } from '../../lib/typed.ts'
import type { UsageBatch } from './batch.ts'
import { hourOf } from './slot.ts'

/** A row to be added to what is known of an organization, an environment, an outcome and an hour. */
export type OrganizationUsage = {
  organizationId: string
  environment: Environment
  /** A position in `outcomes`. */
  outcome: number
  hour: number
  count: number
}

const OUTCOMES = 2 ** 3
const HOURS = 2 ** 20

/** Adds up a batch by organization. Rows come in one order, so no two writers deadlock. */
export function sumByOrganization(batch: UsageBatch): OrganizationUsage[] {
  const { count, timesMs, outcomes, ownerNumbers, organizationIds, counted } = batch
  const rows = new Map<string, OrganizationUsage>()

  function add({ count: uses, ...of }: OrganizationUsage): OrganizationUsage {
    const name = `${of.organizationId} ${of.environment} ${of.outcome} ${of.hour}`
    const row = rows.get(name) ?? { ...of, count: 0 }
    row.count += uses
    rows.set(name, row)
    return row
  }

  // Most uses are of the row of the one before.
  let lastPlace = -1
  let last: OrganizationUsage | undefined
  for (let at = 0; at < count; at++) {
    const owner = present(ownerNumbers[at])
    const outcome = present(outcomes[at])
    const hour = hourOf(present(timesMs[at]))
    const place = (owner * OUTCOMES + outcome) * HOURS + hour
    if (last !== undefined && place === lastPlace) {
      last.count++
      continue
    }
    const organizationId = present(organizationIds[Math.floor(owner / environments.length)])
    const environment = present(environments[owner % environments.length])
    last = add({ organizationId, environment, outcome, hour, count: 1 })
    lastPlace = place
  }
  for (const { organizationId, environment, outcome, atMs, count: uses } of counted)
    add({ organizationId, environment, outcome, hour: hourOf(atMs), count: uses })
  return [...rows.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row)
}
