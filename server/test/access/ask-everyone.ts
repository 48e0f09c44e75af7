import type { Access } from '../../src/http/access-rules.ts'
import type { TestApi } from '../../../scripts/testkit/api/kit.ts'
import { ask, faultsOf, outcomeOf } from './ask.ts'
import { digestTables } from './digest.ts'
import { listRoutes } from '../../../scripts/testkit/api/list-routes.ts'
import { people } from './people.ts'
import { makePrincipals, type AccessPrincipal } from './principals.ts'
import { requests } from './requests.ts'
import { makeEverything, setStage, type Stage } from './stage.ts'
import type { Table } from './table-text.ts'

type Found = {
  answered: Table
  /** Faults in the form of refusals. */
  faults: string[]
  /** The tables that refused requests changed. */
  changed: string[]
}

/**
 * Sends every request of a table as every principal. First those that are to be refused, all to
 * one stage, around which the database must stay as it is; then the others, each to a stage of
 * its own, because what is allowed may be done once.
 */
export async function askEveryone(api: TestApi, expected: Table): Promise<Found> {
  const owner = await api.owner()
  const stage = setStage(api, owner)
  const principals = await makePrincipals(api, owner.organizationId, await stage.agentId())
  const makersStage = setStage(api, owner, principals['maker']!.person)
  for (const one of [stage, makersStage]) await makeEverything(one)
  const routes = listRoutes(api.app)
  const faults: string[] = []
  const answered: Table = new Map([...expected].map(([row]) => [row, new Map()]))

  async function askRow(row: string, isRefused: boolean): Promise<void> {
    const access = routes.get(row.replace(/ \(.*/, ''))
    const columns = Object.keys(principals).filter(
      (column) => mayChangeNothing(expected.get(row)?.get(column)) === isRefused,
    )
    await Promise.all(
      columns.map(async (column) => {
        const principal = principals[column]!
        const outcome = isRefused
          ? await askAll(row, access, principal, column === 'maker' ? makersStage : stage)
          : await askAnew(row, access, column, principal)
        const mark = expected.get(row)?.get(column)?.endsWith('=') ? '=' : ''
        answered.get(row)!.set(column, outcome + mark)
      }),
    )
  }

  async function askAll(
    row: string,
    access: Access | undefined,
    { person, credentials }: AccessPrincipal,
    on: Stage,
  ): Promise<string> {
    const asked = (await requests[row]?.(on)) ?? {}
    const outcomes = new Set<string>()
    for (const credential of credentials) {
      const cookie = person?.cookie ?? credential.cookie
      const sent = { ...credential, ...(cookie !== undefined && { cookie }) }
      const answer = await ask(api, row.replace(/ \(.*/, ''), access, sent, asked, on)
      outcomes.add(outcomeOf(answer))
      faults.push(...faultsOf(row, answer).map((fault) => `${row}: ${fault}`))
    }
    return [...outcomes].join('|')
  }

  async function askAnew(
    row: string,
    access: Access | undefined,
    column: string,
    { credentials }: AccessPrincipal,
  ): Promise<string> {
    const make = Object.hasOwn(people, column) ? people[column as keyof typeof people] : undefined
    const person = await make?.(api, owner.organizationId)
    const fresh = setStage(api, owner, column === 'maker' ? person : owner, person)
    const one = { credentials: credentials.slice(0, 1), ...(person && { person }) }
    return askAll(row, access, one, fresh)
  }

  const before = await digestTables(api)
  for (const row of expected.keys()) {
    await askRow(row, true)
    // Wrong codes count as failed sign-ins, of which a minute has only ten.
    if (row.includes('/two-factor/')) api.clock.advance(60)
  }
  const after = await digestTables(api)
  for (const row of expected.keys()) await askRow(row, false)
  const changed = Object.keys(before).filter((table) => before[table] !== after[table])
  return { answered: inOrder(answered, expected), faults, changed }
}

function mayChangeNothing(cell = ''): boolean {
  return cell.startsWith('4') || cell.endsWith('=')
}

/** The columns in the order of the expected table, so that the two are compared line by line. */
function inOrder(answered: Table, expected: Table): Table {
  const sorted = [...answered].map(([row, cells]): [string, Map<string, string>] => {
    const columns = [...(expected.get(row)?.keys() ?? []), ...cells.keys()]
    return [row, new Map(columns.map((column) => [column, cells.get(column) ?? '']))]
  })
  return new Map(sorted)
}
