import { expect, test } from 'vitest'
import type { OrganizationUsage } from '@zentrix/shared/schemas/usage/usage.ts'
import { DAY_MS, HOUR_MS } from '@zentrix/shared/moment.ts'
import {
  expectError,
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../scripts/testkit/api/kit.ts'
import { beginLease } from '../../../../scripts/testkit/api/lease.ts'
import { foldUsage } from './fold-usage.ts'

const never = new AbortController().signal

async function usageOf(person: Person, query = ''): Promise<OrganizationUsage> {
  const { body } = await person.agent.get(`/api/usage${query}`).expect(200)
  return body as OrganizationUsage
}

const counted = (intervals: OrganizationUsage['data']) =>
  intervals
    .map(({ counts: { VALID, INSUFFICIENT_SCOPE } }) => [VALID, INSUFFICIENT_SCOPE])
    .filter((counts) => counts.some((count) => count > 0))

const used = ({ byKey }: OrganizationUsage) =>
  byKey.map(({ keyId, counts: { VALID, INSUFFICIENT_SCOPE } }) => [
    keyId,
    VALID,
    INSUFFICIENT_SCOPE,
  ])

const iso = (ms: number) => new Date(ms).toISOString()

const startOfDay = ({ clock }: TestApi) => clock.nowMs() - (clock.nowMs() % DAY_MS)

onEachDatabase((open) => {
  test('all keys are counted, by the hour, by key and by environment, up to the request', async () => {
    const api = await open()
    const owner = await api.owner()
    const live = await api.issueKey(owner, { scopes: ['a'] })
    const staging = await api.issueKey(owner, { environment: 'staging' })
    await api.issueKey(owner)
    await api.verify(live.key, { scopes: ['a'] })
    await api.verify(live.key, { scopes: ['b'] })
    api.clock.advance(3600)
    for (let use = 0; use < 3; use++) await api.verify(staging.key)
    await api.verify(staging.key, { cost: 0 })
    const usage = await usageOf(owner)
    expect(usage.data).toHaveLength(24)
    expect(counted(usage.data)).toEqual([
      [1, 1],
      [3, 0],
    ])
    expect(used(usage)).toEqual([
      [staging.id, 3, 0],
      [live.id, 1, 1],
    ])
    expect(usage.byKey[0]).toMatchObject({
      label: staging.label,
      masked: staging.masked,
      environment: 'staging',
    })
    expect(
      usage.byEnvironment.map(({ environment, counts }) => [environment, counts.VALID]),
    ).toEqual([
      ['staging', 3],
      ['production', 1],
    ])
    const ofStaging = await usageOf(owner, '?environment=staging')
    expect(counted(ofStaging.data)).toEqual([[3, 0]])
    expect(used(ofStaging)).toEqual([[staging.id, 3, 0]])
  })

  test('uses that a verifier counted by its lease are there as well', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const verifier = await beginLease(api)
    const use = { keyId: id, ip: null, agoMs: 0, code: 'VALID' as const, count: 7 }
    await verifier.poll({ batch: 1, uses: [use] })
    const usage = await usageOf(owner)
    expect(counted(usage.data)).toEqual([[7, 0]])
    expect(used(usage)).toEqual([[id, 7, 0]])
  })

  test('whole days, parts of days and the hours of today add up, also once they are folded', async () => {
    const api = await open({ env: { USAGE_RETENTION_DAYS: '60' } })
    const owner = await api.owner()
    const [often, seldom] = [await api.issueKey(owner), await api.issueKey(owner)]
    const begin = startOfDay(api) + DAY_MS
    api.clock.advance((begin - api.clock.nowMs()) / 1000)
    for (let day = 0; day < 40; day++) {
      await api.verify(often.key)
      api.clock.advance(20 * 3600)
      await api.verify(often.key)
      if (day % 10 === 0) await api.verify(seldom.key)
      api.clock.advance(4 * 3600)
      if (day % 7 === 0) await foldUsage(api.ctx, never)
    }
    await api.verify(seldom.key)
    const both = async (from: number, to?: number, interval = 'day') =>
      used(
        await usageOf(
          owner,
          `?interval=${interval}&from=${iso(from)}${to === undefined ? '' : `&to=${iso(to)}`}`,
        ),
      )
    for (let round = 0; round < 2; round++) {
      expect(await both(begin)).toEqual([
        [often.id, 80, 0],
        [seldom.id, 5, 0],
      ])
      expect(await both(begin + 11 * DAY_MS, begin + 21 * DAY_MS)).toEqual([
        [often.id, 20, 0],
        [seldom.id, 1, 0],
      ])
      const late = begin + 36 * DAY_MS
      expect(await both(late + HOUR_MS, late + 2 * DAY_MS + HOUR_MS, 'hour')).toEqual([
        [often.id, 4, 0],
      ])
      expect(counted((await usageOf(owner, `?interval=day&from=${iso(begin)}`)).data)).toEqual(
        Array.from({ length: 41 }, (_, day) => {
          if (day === 40) return [1, 0]
          return [day % 10 === 0 ? 3 : 2, 0]
        }),
      )
      await foldUsage(api.ctx, never)
    }
    api.clock.advance(30 * 86_400)
    await foldUsage(api.ctx, never)
    await api.verify(often.key)
    const { data } = await usageOf(owner, `?interval=day&from=${iso(begin)}`)
    expect(counted(data).slice(0, 2)).toEqual([
      [3, 0],
      [2, 0],
    ])
    expect(await both(begin + 10 * DAY_MS)).toEqual([
      [often.id, 61, 0],
      [seldom.id, 4, 0],
    ])
  })

  test('the twenty most used are named, the most used first', async () => {
    const api = await open()
    const owner = await api.owner()
    const ids: string[] = []
    for (let at = 0; at < 23; at++) {
      const { id, key } = await api.issueKey(owner)
      ids.push(id)
      for (let use = 0; use <= at; use++) await api.verify(key)
    }
    const { byKey } = await usageOf(owner)
    expect(byKey.map(({ keyId, counts }) => [keyId, counts.VALID])).toEqual(
      ids
        .map((id, at) => [id, at + 1])
        .toReversed()
        .slice(0, 20),
    )
  })

  test('as a file it has a line for each interval', async () => {
    const api = await open()
    const owner = await api.owner()
    const { key } = await api.issueKey(owner)
    await api.verify(key)
    const { text, headers } = await owner.agent.get('/api/usage?format=csv').expect(200)
    expect(headers['content-type']).toBe('text/csv; charset=utf-8')
    expect(headers['content-disposition']).toMatch(/^attachment; filename="usage-.*\.csv"$/)
    const lines = text.split('\r\n')
    expect(lines).toHaveLength(26)
    expect(lines[0]).toBe(
      '\uFEFFstart,VALID,REVOKED,EXPIRED,DISABLED,IP_NOT_ALLOWED,INSUFFICIENT_SCOPE,RATE_LIMITED',
    )
    expect(lines[24]).toBe(`${api.clock.now().slice(0, 13)}:00:00.000Z,1,0,0,0,0,0,0`)
  })

  test('nothing of another organization is counted, and no service may ask', async () => {
    const api = await open()
    const owner = await api.owner()
    const stranger = await api.owner()
    const { key } = await api.issueKey(owner)
    await api.verify(key)
    const viewer = await api.member(owner.organizationId, 'viewer')
    expect((await usageOf(viewer)).byKey).toHaveLength(1)
    const other = await usageOf(stranger)
    expect([counted(other.data), other.byKey, other.byEnvironment]).toEqual([[], [], []])
    const token = await api.serviceToken({ scopes: ['keys:manage', 'audit:read'] })
    const service = api.request
      .get('/api/usage')
      .set('Authorization', `Bearer ${token}`)
      .set('X-Organization-Id', owner.organizationId)
    expectError(await service, 401, 'UNAUTHORIZED')
  })

  test.each([
    'interval=minute',
    'environment=test',
    'format=xml',
    'from=2020-01-01T00:00:00Z',
    'a=b',
  ])('%s is a 400', async (query) => {
    const owner = await (await open()).owner()
    expectError(await owner.agent.get(`/api/usage?${query}`), 400, 'INVALID_INPUT')
  })
})
