import { expect, test } from 'vitest'
import type { KeyPage } from '@zentrix/shared/schemas/keys.ts'
import { MAX_UNREVOKED_KEYS } from '@zentrix/shared/limits.ts'
import { fillWithUse } from '../../../../../scripts/testkit/api/fill-organization.ts'
import { onEachDatabase, type TestApi } from '../../../../../scripts/testkit/api/kit.ts'
import { slowness } from '../../../../../scripts/testkit/api/slowness.ts'

const LIMIT_MS = 50

// Other processes on the machine slow some answers down: the best time of each question counts.
const MAX_ROUNDS = 12

/** Every query of the portal, and worse ones: a search without matches looks at every key. */
function questions(middle: string, end: string): string[] {
  const filters = ['', '&environment=staging', '&hygiene=unused', '&hygiene=old']
  const places = ['', '&limit=100', `&limit=100&cursor=${middle}`, `&limit=100&cursor=${end}`]
  const statuses = ['active', 'revoked', 'expired', 'all']
  const words = ['köln', 'rack 77', '00a1', 'nas_...01zz', 'nowhere', '%', 'server 9 of']
  return [
    ...statuses.flatMap((status) => places.map((place) => `status=${status}${place}`)),
    ...words.flatMap((word) => filters.map((one) => `q=${encodeURIComponent(word)}${one}`)),
    ...['never-expires', 'unused', 'old'].flatMap((hygiene) =>
      places.map((place) => `hygiene=${hygiene}${place}`),
    ),
  ]
}

/** Reads pages one after the other. @returns ids in the order of the pages, and the cursors between them */
async function readAll(get: (query: string) => Promise<KeyPage>) {
  const ids: string[] = []
  const cursors: string[] = []
  for (let more = ''; ;) {
    const page = await get(`status=all&limit=100${more}`)
    ids.push(...page.data.map(({ id }) => id))
    if (page.nextCursor === null) return { ids, cursors }
    cursors.push(page.nextCursor)
    more = `&cursor=${page.nextCursor}`
  }
}

function p95(best: Map<string, number>): number {
  const times = [...best.values()].toSorted((a, b) => a - b)
  return times[Math.floor(times.length * 0.95)]!
}

async function prepare(api: TestApi) {
  const owner = await api.owner()
  await fillWithUse(api, owner.organizationId)
  return async (query: string): Promise<KeyPage> => {
    const response = await fetch(`${api.address}/api/keys?${query}`, {
      headers: { Cookie: owner.cookie },
    })
    expect(response.status, query).toBe(200)
    return (await response.json()) as KeyPage
  }
}

onEachDatabase((open) => {
  test('10,000 keys are listed, searched and filtered within 50 ms (p95)', async () => {
    const get = await prepare(await open())
    const { ids, cursors } = await readAll(get)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.length).toBeGreaterThan(MAX_UNREVOKED_KEYS)

    const best = new Map(questions(cursors[50]!, cursors.at(-1)!).map((query) => [query, Infinity]))
    for (let round = 0; round < MAX_ROUNDS && p95(best) >= LIMIT_MS; round++)
      for (const [query, ms] of best) {
        const startedAt = performance.now()
        await get(query)
        best.set(query, Math.min(ms, performance.now() - startedAt))
      }
    expect(p95(best)).toBeLessThan(LIMIT_MS * slowness())
  }, 300_000)
})
