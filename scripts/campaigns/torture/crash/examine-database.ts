import type { Context } from '../../../../server/src/features/context.ts'
import { readHead } from '../../../../server/src/features/audit/chain.ts'
import { verifyLog } from '../../../../server/src/features/audit/verify-log.ts'
import { openCaller, ORGANIZATION, patient } from './caller.ts'
import type { Crashing } from './crashing.ts'
import { differences, newKey, settle, type State } from './kept-keys.ts'

/** Compares what is written with what was acknowledged: all of it, and nothing half-made. */
export async function examineDatabase(crashing: Crashing, ctx: Context): Promise<void> {
  const rows = await readKeys(ctx)
  for (const row of rows) settleKey(crashing, row)
  checkKeys(crashing, rows)
  await checkLog(crashing, ctx)
  await checkServiceTokens(crashing, ctx)
  const halves = await ctx.committed
    .selectFrom('idempotent_results')
    .select('expires_at')
    .where('sealed_result', 'is', null)
    .execute()
  if (halves.length > 0) crashing.broken(`${halves.length} attempts have no result`)
  for (const fault of await crashing.oldUses.findFaults(ctx.committed)) crashing.broken(fault)
}

type Row = { id: string; rotatedFrom: string | null; rotatedTo: string | null; state: State }

async function readKeys({ committed }: Context): Promise<Row[]> {
  const rows = await committed
    .selectFrom('api_keys')
    .select(['id', 'label', 'disabled_at', 'expires_at', 'revoked_at'])
    .select(['rotated_from as rotatedFrom', 'rotated_to as rotatedTo'])
    .where('organization_id', '=', ORGANIZATION)
    .execute()
  return rows.map(({ id, rotatedFrom, rotatedTo, ...row }) => ({
    id,
    rotatedFrom,
    rotatedTo,
    state: {
      label: row.label,
      enabled: row.disabled_at === null,
      expiresAt: row.expires_at,
      isRevoked: row.revoked_at !== null,
      isRotated: rotatedTo !== null,
    },
  }))
}

/** Each operation that was under way is done or not, and from now on that is known. */
function settleKey({ keys, broken }: Crashing, { id, rotatedFrom, state }: Row): void {
  const key = keys.all.get(id)
  if (key === undefined) {
    const making = keys
      .makings()
      .find(
        ({ answer, rotated, label }) =>
          answer === undefined &&
          (rotated ? rotated.id === rotatedFrom : label === state.label && rotatedFrom === null),
      )
    if (making) making.answer = 'made'
    else broken(`${id} is there, and nobody asked for it`)
    keys.keep(newKey(id, undefined, state, rotatedFrom))
    return
  }
  if (key.underWay) settle(key, differences(key.underWay.state, state).length === 0)
}

function checkKeys({ keys, broken }: Crashing, rows: Row[]): void {
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const { id, rotatedFrom, rotatedTo, state } of rows) {
    const key = keys.all.get(id)!
    const wrong = differences(key.state, state)
    if (wrong.length > 0) broken(`${id} has another ${wrong.join(', ')} than was acknowledged`)
    if (rotatedFrom !== key.rotatedFrom) broken(`${id} comes from ${rotatedFrom}`)
    key.state = state
    if (rotatedTo !== null && byId.get(rotatedTo)?.rotatedFrom !== id)
      broken(`${id} was rotated to ${rotatedTo}, which does not say so`)
    if (rotatedFrom !== null && byId.get(rotatedFrom)?.rotatedTo !== id)
      broken(`${id} was rotated from ${rotatedFrom}, which does not say so`)
  }
  for (const id of keys.all.keys())
    if (!byId.has(id)) {
      broken(`${id} was acknowledged, and is not there`)
      keys.all.delete(id)
    }
}

/** The log holds an event for everything that is there, in order, and no others. */
async function checkLog(crashing: Crashing, ctx: Context): Promise<void> {
  const { keys, broken } = crashing
  const events = await ctx.committed
    .selectFrom('audit_events')
    .select(['key_id', 'action'])
    .where('organization_id', '=', ORGANIZATION)
    .where('key_id', 'is not', null)
    .orderBy('position')
    .execute()
  const logged = Map.groupBy(events, (event) => event.key_id!)
  for (const { id, actions } of keys.all.values()) {
    const found = logged.get(id)?.map(({ action }) => action) ?? []
    logged.delete(id)
    if (found.join() === actions.join()) continue
    broken(`the log has ${found.join() || 'nothing'} for ${id}, and not ${actions.join()}`)
    actions.splice(0, Infinity, ...found)
  }
  for (const id of logged.keys()) broken(`the log has events of ${id}, which is not there`)

  const expected = crashing.auditHead === undefined ? undefined : readHead(crashing.auditHead)
  const { head, faults } = await verifyLog(ctx, expected)
  for (const fault of faults) broken(`audit log: ${fault}`)
  crashing.auditHead = head
}

/** Each result that a command printed is there; any other is there with its event, or not. */
async function checkServiceTokens(
  { deployment, tokens, tally, broken }: Crashing,
  { committed }: Context,
): Promise<void> {
  const rows = await committed.selectFrom('service_tokens').select(['id', 'name']).execute()
  const events = await committed
    .selectFrom('audit_events')
    .select('id')
    .where('action', '=', 'service_token.created')
    .execute()
  if (rows.length !== events.length)
    broken(`${rows.length} service tokens were made, by ${events.length} events`)
  const names = rows.map(({ name }) => name)
  for (const [secret, name] of tokens) {
    if (!names.includes(name)) broken(`${name} was printed, and is not there`)
    const caller = patient(await openCaller(deployment.victim, tally))
    const request = { method: 'POST', path: '/api/auth/verify', body: { key: 'unknown' } }
    const { status } = await caller.callWithKey(secret, request)
    caller.close()
    if (status !== 200) broken(`${name} was printed, and gets ${status}`)
  }
  tokens.clear()
}
