import { expect, test } from 'vitest'
import type { KeyPage } from '@zentrix/shared/schemas/keys.ts'
import { onEachDatabase, type Person } from '../../../../scripts/testkit/api/kit.ts'
import { systemPrincipal } from '../principals.ts'
import { inTransaction } from '../audit/in-transaction.ts'
import { foldUsage } from '../usage/fold-usage.ts'
import { noteLeak } from './note-leak.ts'

const DAY_SECONDS = 86_400

async function labels(person: Person, query: string): Promise<string[]> {
  const { body } = await person.agent.get(`/api/keys?${query}`).expect(200)
  return (body as KeyPage).data.map((key) => key.label)
}

onEachDatabase((open) => {
  test('a filter finds keys that never expire', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner, { label: 'for ever' })
    await api.issueKey(owner, { label: 'ends', expiresAt: '2099-01-01T00:00:00.000Z' })
    expect(await labels(owner, 'hygiene=never-expires')).toEqual(['for ever'])
  })

  test('a filter finds keys that are older than 90 days, to the millisecond', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner, { label: 'older' })
    api.clock.advance(0.001)
    await api.issueKey(owner, { label: 'just 90 days' })
    api.clock.advance(90 * DAY_SECONDS)
    expect(await labels(owner, 'hygiene=old')).toEqual(['older'])
  })

  test('a filter finds keys without use for 90 days, also when usage was folded', async () => {
    const api = await open()
    const owner = await api.owner()
    const make = (label: string, settings = {}) => api.issueKey(owner, { label, ...settings })
    await make('never used')
    const refused = await make('refused', { scopes: ['a'] })
    const before = await make('used before')
    const since = await make('used since')
    await api.verify(before.key)
    api.clock.advance(10 * DAY_SECONDS)
    await make('new')
    await api.verify(since.key)
    api.clock.advance(80 * DAY_SECONDS + 1)
    await api.verify(refused.key, { scopes: ['b'] })
    await api.ctx.usage.flush()
    const unused = ['used before', 'refused', 'never used']
    expect(await labels(owner, 'hygiene=unused')).toEqual(unused)
    await foldUsage(api.ctx, new AbortController().signal)
    expect(await labels(owner, 'hygiene=unused')).toEqual(unused)
    api.clock.advance(10 * DAY_SECONDS - 1)
    expect(await labels(owner, 'hygiene=unused')).toEqual(unused)
    api.clock.advance(1)
    expect(await labels(owner, 'hygiene=unused')).toEqual(['new', 'used since', ...unused])
  })

  test('a filter finds keys that leaked and are not revoked', async () => {
    const api = await open()
    const owner = await api.owner()
    const [leaked] = [await api.issueKey(owner, { label: 'leaked' }), await api.issueKey(owner)]
    await inTransaction(api.ctx, (tx) =>
      noteLeak(tx, { ...systemPrincipal, organizationId: owner.organizationId }, leaked.id, {
        source: 'test',
        url: null,
      }),
    )
    expect(await labels(owner, 'hygiene=leaked')).toEqual(['leaked'])
    expect(await labels(await api.owner(), 'hygiene=leaked')).toEqual([])
    await owner.agent.delete(`/api/keys/${leaked.id}`).expect(204)
    expect(await labels(owner, 'hygiene=leaked')).toEqual([])
    expect(await labels(owner, 'hygiene=leaked&status=revoked')).toEqual(['leaked'])
  })

  test('filters combine, and stay within the organization', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner, { label: 'staging', environment: 'staging' })
    await api.issueKey(owner, { label: 'production' })
    const stranger = await api.owner()
    expect(await labels(owner, 'hygiene=never-expires&environment=staging')).toEqual(['staging'])
    expect(await labels(owner, 'hygiene=never-expires&q=prod')).toEqual(['production'])
    expect(await labels(owner, 'hygiene=never-expires&status=revoked')).toEqual([])
    expect(await labels(stranger, 'hygiene=never-expires')).toEqual([])
    await owner.agent.get('/api/keys?hygiene=dirty').expect(400)
  })
})
