import { Readable } from 'node:stream'
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import type { RevokedMany } from '@zentrix/shared/schemas/revoke-many.ts'
import {
  onEachDatabase,
  type Person,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { readLines } from '../../../lib/reading/read-lines.ts'
import { systemPrincipal } from '../../principals.ts'
import { importKeys } from '../transfer/import-keys.ts'

const filter = { environment: 'production' }
const REASON = 'All of them'

async function revokeAll({ agent }: Person): Promise<RevokedMany> {
  const { body } = await agent
    .post('/api/keys/revoke-many')
    .send({ filter, reason: REASON })
    .expect(200)
  return body as RevokedMany
}

async function allKeys({ agent }: Person): Promise<ApiKey[]> {
  const { body } = await agent.get('/api/keys?status=all&limit=100').expect(200)
  return body.data as ApiKey[]
}

/** The keys in the order in which the log says that they were made, and where in it all were ended. */
async function readLog({ agent }: Person) {
  const { body } = await agent.get('/api/audit-events?limit=100').expect(200)
  const events = (body.data as Event[]).toReversed()
  const isOfAll = ({ action, changes }: Event) =>
    action === 'key.revoked' && changes['reason'] === REASON
  return { events, at: events.findIndex(isOfAll), ended: events.filter(isOfAll) }
}
type Event = { action: string; keyId: string; changes: Record<string, unknown> }

onEachDatabase((open) => {
  test('of keys that are made meanwhile, exactly those made before are revoked', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    const issue = () => owner.agent.post('/api/keys').send({ label: 'Server' }).expect(201)
    const [answer] = await Promise.all([
      revokeAll(owner),
      ...Array.from({ length: 10 }, () => issue()),
    ])
    const { events, at, ended } = await readLog(owner)
    const made = (part: Event[]) =>
      part.filter(({ action }) => action === 'key.created').map(({ keyId }) => keyId)
    expect(ended.map(({ keyId }) => keyId).toSorted()).toEqual(answer.keyIds.toSorted())
    expect(made(events.slice(0, at)).toSorted()).toEqual(answer.keyIds.toSorted())
    for (const { id, status } of await allKeys(owner))
      expect(status).toBe(made(events.slice(at)).includes(id) ? 'active' : 'revoked')
  })

  test('a rotation meanwhile leaves no successor of a key that was revoked first', async () => {
    const api = await open()
    const owner = await api.owner()
    const keys = await Promise.all(Array.from({ length: 6 }, () => api.issueKey(owner)))
    const rotate = ({ id }: IssuedKey) =>
      owner.agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds: 3600 })
    const [answer, ...rotated] = await Promise.all([revokeAll(owner), ...keys.map(rotate)])
    const { events, at } = await readLog(owner)
    const rotatedBefore = events
      .slice(0, at)
      .flatMap(({ action, keyId }) => (action === 'key.rotated' ? [keyId] : []))
    for (const [index, { status, body }] of rotated.entries()) {
      const old = keys[index]!
      if (rotatedBefore.includes(old.id)) {
        expect(status).toBe(201)
        expect(answer.keyIds).toEqual(expect.arrayContaining([old.id, (body as IssuedKey).id]))
      } else expect(status).toBe(409)
    }
    expect((await allKeys(owner)).every(({ status }) => status === 'revoked')).toBe(true)
  })

  test('a key that is changed meanwhile is revoked by what it is then, or not at all', async () => {
    const api = await open()
    const owner = await api.owner()
    const keys = await Promise.all(Array.from({ length: 8 }, () => api.issueKey(owner)))
    const change = ({ id }: IssuedKey, at: number) =>
      owner.agent
        .patch(`/api/keys/${id}`)
        .send(at % 2 === 0 ? { environment: 'staging' } : { enabled: false, expiresAt: null })
    const [answer, ...changed] = await Promise.all([revokeAll(owner), ...keys.map(change)])
    const after = new Map((await allKeys(owner)).map((key) => [key.id, key]))
    for (const [at, { status }] of changed.entries()) {
      const { id, key } = keys[at]!
      const isEnded = answer.keyIds.includes(id)
      expect(after.get(id)!.status).toBe(isEnded ? 'revoked' : 'active')
      if (at % 2 === 0) expect(status).toBe(isEnded ? 409 : 200)
      else expect(isEnded).toBe(true)
      expect((await api.verify(key))['valid']).toBe(!isEnded)
    }
  })

  test('an import meanwhile is revoked as a whole, or not at all', async () => {
    const api = await open()
    const owner = await api.owner()
    await api.issueKey(owner)
    const lines = Array.from({ length: 30 }, (_, at) =>
      JSON.stringify({
        sha256: createHash('sha256').update(`imported ${at}`).digest('hex'),
        label: `Imported ${at}`,
        last4: 'last',
      }),
    )
    const [answer] = await Promise.all([revokeAll(owner), importLines(api, owner, lines)])
    const imported = (await allKeys(owner)).filter(({ createdBy }) => createdBy === null)
    expect(imported).toHaveLength(lines.length)
    const wereImportedFirst = answer.matched > 1
    expect(answer.matched).toBe(wereImportedFirst ? lines.length + 1 : 1)
    for (const { status } of imported) expect(status).toBe(wereImportedFirst ? 'revoked' : 'active')
  })

  test('of two at once each ends what the other did not', async () => {
    const api = await open()
    const owner = await api.owner()
    const keys = await Promise.all(Array.from({ length: 5 }, () => api.issueKey(owner)))
    const answers = await Promise.all([revokeAll(owner), revokeAll(owner)])
    const ended = answers.flatMap(({ keyIds }) => keyIds)
    expect(ended.toSorted()).toEqual(keys.map(({ id }) => id).toSorted())
    expect((await readLog(owner)).ended).toHaveLength(keys.length)
  })
})

async function importLines({ ctx }: TestApi, { organizationId }: Person, lines: string[]) {
  const bytes = Readable.from([Buffer.from(lines.join('\n'))])
  await importKeys(ctx, systemPrincipal, organizationId, readLines(bytes, 1000), {
    refuse: (_, reason) => {
      throw new Error(reason)
    },
    beforeWriting: () => undefined,
    progress: () => undefined,
    signal: new AbortController().signal,
  })
}
