import { setImmediate as turn } from 'node:timers/promises'
import type { Context } from '../../context.ts'
import { makeId } from '../../../crypto/ids.ts'
import type { SystemPrincipal } from '../../principals.ts'
import { prepareForBulk } from '../../../store/prepare-for-bulk.ts'
import { inTransaction } from '../../audit/in-transaction.ts'
import type { Line } from '../../../lib/reading/read-lines.ts'
import { ROWS_AT_ONCE } from '../../../store/insert-many.ts'
import { openStaging, type Sorted, type Staging } from '../../../store/staging.ts'
import { flushEvents, recordEvent } from '../../audit/record-event.ts'
import { holdOrganization } from '../../organizations/hold-organization.ts'
import { findBreaches, type Policy } from '@zentrix/shared/policy.ts'
import { getPolicyIn } from '../../policy/policy-reads.ts'
import { insertNewKeys } from './key-import.store.ts'
import { readKeyLine, type DescribedKey } from './key-line.ts'
import { foldLabel } from '../../../store/schema/keys.ts'

export type ImportOptions = {
  /** Called for a line that is not imported, with the reason. */
  refuse(line: number, reason: string): void
  /** Called with the number of lines that are ready, before anything is written; may throw. */
  beforeWriting(count: number): Promise<void> | void
  progress(doing: string, done: number, total: number): void
  signal: AbortSignal
}

type StagedKey = Omit<DescribedKey, 'sha256'>

/**
 * Imports keys of another system by their hashes, in one transaction with their audit events: every
 * line that is not refused, or none if anything fails. The transaction is as short as possible,
 * because on SQLite nobody else can write from its first key on.
 *
 * @returns how many were imported
 * @throws {NotFoundError} when the organization does not exist
 */
export async function importKeys(
  ctx: Context,
  principal: SystemPrincipal,
  organizationId: string,
  lines: AsyncIterable<Line>,
  options: ImportOptions,
): Promise<number> {
  const staging = openStaging(() => makeId('key', ctx.now()))
  try {
    await stage(staging, lines, options)
    await options.beforeWriting(staging.count())
    await prepareForBulk(ctx.database)
    return await inTransaction(ctx, async (tx) => {
      await holdOrganization(tx, organizationId)
      const policy = await getPolicyIn(tx, organizationId)
      await writeKeys(tx, staging, organizationId, policy, options)
      await recordKeys(tx, principal, staging, organizationId, options)
      return staging.count()
    })
  } finally {
    staging.close()
  }
}

async function stage(
  staging: Staging,
  lines: AsyncIterable<Line>,
  { refuse, progress, signal }: ImportOptions,
): Promise<void> {
  let staged = 0
  for await (const { number, text } of lines) {
    signal.throwIfAborted()
    if (text?.trim() === '') continue
    const key = text === undefined ? { reason: 'too long, or not UTF-8' } : readKeyLine(text)
    if ('reason' in key) {
      refuse(number, key.reason)
      continue
    }
    const { sha256, ...settings } = key
    const hash = Buffer.from(sha256, 'hex')
    const row = JSON.stringify(settings satisfies StagedKey)
    staging.add({ line: number, hash, row })
    progress('reading', ++staged, staged)
  }
  staging.sort()
  for (const page of staging.same())
    for (const { line, earlier } of page) refuse(line, `sha256: the same as in line ${earlier}`)
}

async function writeKeys(
  tx: Context,
  staging: Staging,
  organizationId: string,
  policy: Policy,
  { refuse, progress, signal }: ImportOptions,
): Promise<void> {
  const total = staging.count()
  let done = 0
  for (const whole of staging.pages(ROWS_AT_ONCE)) {
    const page = whole.filter((staged) => {
      const [breach] = findBreaches(policy, described(tx, staged.row))
      if (breach === undefined) return true
      refuse(staged.line, `${breach.path}: ${breach.message} (the organization's policy)`)
      staging.remove(staged.place)
      return false
    })
    const rows = page.map((staged) => toRow(tx, staged))
    const written = await insertNewKeys(tx.db, organizationId, rows)
    for (const { id, line, place } of page)
      if (!written.has(id)) {
        refuse(line, 'sha256: a key with it is stored already')
        staging.remove(place)
      }
    progress('writing keys', (done += whole.length), total)
    await turn()
    signal.throwIfAborted()
  }
}

/** Runs after all keys are written: from the first event on, nobody else can record one. */
async function recordKeys(
  tx: Context,
  principal: SystemPrincipal,
  staging: Staging,
  organizationId: string,
  { progress, signal }: ImportOptions,
): Promise<void> {
  const total = staging.count()
  let done = 0
  for (const page of staging.pages(ROWS_AT_ONCE)) {
    for (const { id: keyId, row } of page) {
      const changes = { ...readRow(row), imported: true }
      await recordEvent(tx, principal, { action: 'key.created', organizationId, keyId, changes })
    }
    await flushEvents(tx)
    progress('recording events', (done += page.length), total)
    await turn()
    signal.throwIfAborted()
  }
}

function readRow(row: string): StagedKey {
  return JSON.parse(row) as StagedKey
}

/** A key that says nothing of its creation is made now. */
function described(tx: Context, row: string) {
  const key = readRow(row)
  return { ...key, createdAt: key.createdAt ?? tx.now() }
}

function toRow(tx: Context, { id, hash, row }: Sorted) {
  const key = described(tx, row)
  return {
    id,
    hash,
    last4: key.last4,
    label: key.label,
    label_folded: foldLabel(key.label),
    environment: key.environment,
    scopes: JSON.stringify(key.scopes),
    allowed_ips: JSON.stringify(key.allowedIps),
    rate_limit_per_minute: key.rateLimitPerMinute,
    created_at: key.createdAt,
    created_by_id: null,
    created_by_name: null,
    expires_at: key.expiresAt,
    expiry_set_at: tx.now(),
    disabled_at: key.enabled ? null : tx.now(),
    revoked_at: key.revokedAt,
    revoked_by_id: null,
    revoked_by_name: null,
    revoke_reason: key.revokeReason,
    rotated_from: null,
    rotated_to: null,
  }
}
