import { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { onEachDatabase, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { systemPrincipal } from '../../principals.ts'
import { readLines } from '../../../lib/reading/read-lines.ts'
import { verifyLog } from '../../audit/verify-log.ts'
import { exportKeys, type ExportedKey } from './export-keys.ts'
import { importKeys, type ImportOptions } from './import-keys.ts'

const sha256 = (secret: string) => createHash('sha256').update(secret).digest('hex')

/** Imports lines, given as objects or as text. @returns how many, and the refused ones */
async function importLines(
  { ctx }: TestApi,
  organizationId: string,
  lines: unknown[],
  options: Partial<ImportOptions> = {},
) {
  const refused: [line: number, reason: string][] = []
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)))
  const bytes = Readable.from([Buffer.from(text.join('\n'))])
  const imported = await importKeys(ctx, systemPrincipal, organizationId, readLines(bytes, 1000), {
    refuse: (line, reason) => void refused.push([line, reason]),
    beforeWriting: () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
    ...options,
  })
  return { imported, refused }
}

async function exported({ ctx }: TestApi, organizationId: string) {
  const keys: ExportedKey[] = []
  for await (const key of exportKeys(ctx, organizationId)) keys.push(key)
  return keys
}

onEachDatabase((open) => {
  test('an imported key works like any other, in any format', async () => {
    const api = await open()
    const owner = await api.owner()
    const lines = [
      { sha256: sha256('sk:live "old"'), label: 'Old', last4: 'old"' },
      {
        sha256: sha256('pass phrase').toUpperCase(),
        label: 'Older',
        last4: 'rase',
        createdAt: '2020-01-01T01:00:00+01:00',
        expiresAt: '2021-01-01T00:00:00Z',
      },
    ]
    expect(await importLines(api, owner.organizationId, lines)).toEqual({
      imported: 2,
      refused: [],
    })
    expect(await api.verify('sk:live "old"')).toMatchObject({ code: 'VALID', label: 'Old' })
    expect(await api.verify('pass phrase')).toMatchObject({ code: 'EXPIRED' })
    await api.request.get('/api/whoami').set('Authorization', 'Bearer sk:live "old"').expect(200)
    const { body } = await owner.agent.get('/api/keys?status=all').expect(200)
    expect(body.data[1]).toMatchObject({
      masked: 'nas_...rase',
      createdAt: '2020-01-01T00:00:00.000Z',
      createdBy: null,
    })
    const { body: log } = await owner.agent.get('/api/audit-events?action=key.created').expect(200)
    expect(log.data).toHaveLength(2)
    expect(log.data[0]).toMatchObject({ actor: { type: 'system' }, changes: { imported: true } })
    expect((await verifyLog(api.ctx)).faults).toEqual([])
  })

  test('wrong lines are named, and the others are imported', async () => {
    const api = await open()
    const owner = await api.owner()
    const other = await api.owner()
    const theirs = await api.issueKey(other)
    const good = { sha256: sha256('good'), label: 'Good', last4: 'good' }
    const { imported, refused } = await importLines(api, owner.organizationId, [
      good,
      '',
      'no JSON',
      '[]',
      { ...good, sha256: 'abc' },
      { ...good, label: undefined },
      { ...good, last4: 'toolong' },
      { ...good, sha256: sha256('later'), mayDoLess: true },
      { ...good, label: 'The same' },
      { ...good, sha256: good.sha256.toUpperCase() },
      { ...good, sha256: sha256(theirs.key) },
      { ...good, sha256: sha256('late'), createdAt: '0001-01-01T00:00:00Z' },
      'x'.repeat(1001),
      { ...good, sha256: sha256('last'), createdAt: null },
    ])
    expect(imported).toBe(2)
    expect(refused.toSorted(([a], [b]) => a - b)).toEqual([
      [3, 'not JSON'],
      [4, 'not an object'],
      [5, 'sha256: Must be 64 hexadecimal digits'],
      [6, 'label: Required'],
      [7, 'last4: Must be the last 4 characters of the key'],
      [8, 'mayDoLess: unknown field'],
      [9, 'sha256: the same as in line 1'],
      [10, 'sha256: the same as in line 9'],
      [11, 'sha256: a key with it is stored already'],
      [12, 'createdAt: Must be between 1970 and 9999'],
      [13, 'too long, or not UTF-8'],
    ])
    expect(await api.verify(theirs.key)).toMatchObject({ organizationId: other.organizationId })
    expect(await api.verify('last')).toMatchObject({ code: 'VALID' })
    expect(await importLines(api, owner.organizationId, [good])).toEqual({
      imported: 0,
      refused: [[1, 'sha256: a key with it is stored already']],
    })
  })

  test('an import that is interrupted has imported nothing', async () => {
    const api = await open()
    const owner = await api.owner()
    const before = (await verifyLog(api.ctx)).head
    const ending = new AbortController()
    const lines = Array.from({ length: 1200 }, (_, at) => ({
      sha256: sha256(`${at}`),
      label: `Key ${at}`,
      last4: 'last',
    }))
    const importing = importLines(api, owner.organizationId, lines, {
      progress: (doing) => {
        if (doing === 'recording events') ending.abort(new Error('enough'))
      },
      signal: ending.signal,
    })
    await expect(importing).rejects.toThrow('enough')
    expect(await exported(api, owner.organizationId)).toEqual([])
    expect((await verifyLog(api.ctx)).head).toBe(before)
    expect((await importLines(api, owner.organizationId, lines)).imported).toBe(1200)
    expect(await exported(api, owner.organizationId)).toHaveLength(1200)
  })

  test('exported keys can be imported elsewhere, restrictions included', async () => {
    const api = await open()
    const owner = await api.owner()
    const bound = await api.issueKey(owner, {
      label: 'Bound',
      environment: 'staging',
      scopes: ['a:b'],
      allowedIps: ['10.0.0.0/8'],
      rateLimitPerMinute: 7,
      expiresAt: new Date(api.clock.nowMs() + 60_000).toISOString(),
    })
    const revoked = await api.issueKey(owner, { label: 'Revoked' })
    await owner.agent.delete(`/api/keys/${revoked.id}`).send({ reason: 'old' }).expect(204)
    const disabled = await api.issueKey(owner, { label: 'Disabled' })
    await owner.agent.patch(`/api/keys/${disabled.id}`).send({ enabled: false }).expect(200)
    const keys = await exported(api, owner.organizationId)
    expect(JSON.stringify(keys)).not.toContain(bound.key)

    const elsewhere = await open()
    const there = await elsewhere.owner()
    expect(await importLines(elsewhere, there.organizationId, keys)).toEqual({
      imported: 3,
      refused: [],
    })
    const kept = (key: Record<string, unknown>) =>
      Object.fromEntries(
        Object.entries(key).filter(
          ([name]) =>
            !['id', 'organizationId', 'createdBy', 'revokedBy', 'revokedAt'].includes(name),
        ),
      )
    const byLabel = (a: { label: string }, b: { label: string }) => (a.label < b.label ? -1 : 1)
    const again = await exported(elsewhere, there.organizationId)
    expect(again.toSorted(byLabel).map(kept)).toEqual(keys.toSorted(byLabel).map(kept))
    expect(await elsewhere.verify(revoked.key)).toEqual({ valid: false, code: 'REVOKED' })
    expect(await elsewhere.verify(disabled.key)).toEqual({ valid: false, code: 'DISABLED' })
    expect(await elsewhere.verify(bound.key, { ip: '192.0.2.1' })).toMatchObject({
      code: 'IP_NOT_ALLOWED',
    })
  })

  test('a line that breaks the policy is refused, by the life that its key has had', async () => {
    const api = await open()
    const owner = await api.owner()
    const policy = { maxLifetimeDays: 30, requireScopes: true }
    await owner.agent.patch('/api/policy').send(policy).expect(200)
    const inDays = (days: number) => new Date(api.clock.nowMs() + days * 86_400_000).toISOString()
    const line = (name: string, more: object) => ({
      sha256: sha256(name),
      label: name,
      last4: 'last',
      scopes: ['a'],
      ...more,
    })
    const { imported, refused } = await importLines(api, owner.organizationId, [
      line('good', { expiresAt: inDays(30) }),
      line('forever', {}),
      line('too long', { createdAt: inDays(-1), expiresAt: inDays(29.5) }),
      line('everything', { expiresAt: inDays(1), scopes: [] }),
      line('elsewhere', { expiresAt: inDays(1), scopes: [], environment: 'staging' }),
    ])
    expect(imported).toBe(2)
    expect(refused.map(([number]) => number).toSorted()).toEqual([2, 3, 4])
    expect(new Map(refused).get(3)).toMatch(/^expiresAt: Must be at most 30 days/)
    expect(new Map(refused).get(4)).toMatch(/^scopes: .*policy/)
    const { body } = await owner.agent.get('/api/keys').expect(200)
    expect((body.data as { label: string }[]).map(({ label }) => label).toSorted()).toEqual([
      'elsewhere',
      'good',
    ])
  })

  test('an import for an unknown organization is refused', async () => {
    const api = await open()
    const line = { sha256: sha256('x'), label: 'X', last4: 'last' }
    await expect(importLines(api, 'org_nowhere', [line])).rejects.toThrow('Organization not found')
  })
})
