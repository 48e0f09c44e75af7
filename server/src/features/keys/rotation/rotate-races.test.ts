import { describe, expect, test } from 'vitest'
import type { ApiKey, IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { expectError, onEachDatabase, type Person } from '../../../../../scripts/testkit/api/kit.ts'
import { secondNode } from '../../../../test/second-node.ts'

const AT_ONCE = 50
const KEY = '0d9c2f7be4a14c5f8e6b7a3d1c2e4f50'

function rotate({ agent }: Person, id: string, overlapSeconds: number) {
  return agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds })
}

async function keysOf({ agent }: Person): Promise<ApiKey[]> {
  const { body } = await agent.get('/api/keys?status=all&limit=100').expect(200)
  return (body as { data: ApiKey[] }).data
}

onEachDatabase((open) => {
  test.each([0, 3600])(
    'of 50 rotations of a key at once, overlap %i s, one makes a successor',
    async (overlapSeconds) => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => rotate(owner, id, overlapSeconds)),
      )
      const [made, ...more] = answers.filter(({ status }) => status === 201)
      expect(more).toEqual([])
      for (const answer of answers) if (answer !== made) expectError(answer, 409, 'CONFLICT')
      const successor = made!.body as IssuedKey
      expect((await keysOf(owner)).map((key) => key.id)).toEqual([successor.id, id])
      const { body } = await owner.agent.get(`/api/keys/${id}`).expect(200)
      expect(body).toMatchObject({ rotatedTo: successor.id })
      const events = await owner.agent.get('/api/audit-events?action=key.rotated').expect(200)
      expect(events.body.data).toHaveLength(1)
    },
  )

  test('at two nodes at once one makes a successor', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const nodes = [api.request, await secondNode(api)]
    const answers = await Promise.all(
      Array.from({ length: 16 }, (_, index) =>
        nodes[index % 2]!.post(`/api/keys/${id}/rotate`)
          .set('Cookie', owner.cookie)
          .send({ overlapSeconds: 60 }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([
      201,
      ...Array.from({ length: 15 }, () => 409),
    ])
    expect(await keysOf(owner)).toHaveLength(2)
  })

  // A person who revoked a key may rely on the death of the secret they meant. A person who rotated
  // it holds a secret that nobody else has seen, so that one stays good; there is no third secret.
  test.each([0, 3600])(
    'a revoke during a rotation, overlap %i s, ends the old secret, and no unknown secret lives',
    async (overlapSeconds) => {
      const api = await open()
      const owner = await api.owner()
      for (let round = 0; round < 10; round++) {
        const old = await api.issueKey(owner)
        const revoke = () => owner.agent.delete(`/api/keys/${old.id}`)
        const [first, second] =
          round % 2 === 0
            ? await Promise.all([rotate(owner, old.id, overlapSeconds), revoke()])
            : (await Promise.all([revoke(), rotate(owner, old.id, overlapSeconds)])).toReversed()
        expect(second!.status).toBe(204)
        expect(await api.verify(old.key)).toEqual({ valid: false, code: 'REVOKED' })
        const successors = (await keysOf(owner)).filter((key) => key.rotatedFrom === old.id)
        if (first!.status !== 201) {
          expectError(first!, 409, 'CONFLICT')
          expect(successors).toEqual([])
          continue
        }
        const { id, key } = first!.body as IssuedKey
        expect(successors.map((successor) => successor.id)).toEqual([id])
        expect(await api.verify(key)).toMatchObject({ valid: true, keyId: id })
      }
    },
  )

  test('a change during a rotation is on the old key, and on the new one if the change came first', async () => {
    const api = await open()
    const owner = await api.owner()
    for (let round = 0; round < 10; round++) {
      const old = await api.issueKey(owner, { scopes: ['before'] })
      const [, rotated] = await Promise.all([
        owner.agent
          .patch(`/api/keys/${old.id}`)
          .send({ scopes: ['after'] })
          .expect(200),
        rotate(owner, old.id, 60).expect(201),
      ])
      const events = await owner.agent.get(`/api/audit-events?keyId=${old.id}`).expect(200)
      const actions = (events.body.data as { action: string }[]).map(({ action }) => action)
      const wasChangedFirst = actions.indexOf('key.updated') > actions.indexOf('key.rotated')
      expect((rotated.body as IssuedKey).scopes).toEqual([wasChangedFirst ? 'after' : 'before'])
      const { body } = await owner.agent.get(`/api/keys/${old.id}`).expect(200)
      expect(body).toMatchObject({ scopes: ['after'], rotatedTo: (rotated.body as IssuedKey).id })
    }
  })

  describe('under an Idempotency-Key', () => {
    const rotateOnce = (person: Person, id: string, overlapSeconds = 3600) =>
      rotate(person, id, overlapSeconds).set('Idempotency-Key', KEY)

    test('a retry gets the same successor with its secret, and makes no second one', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const first = await rotateOnce(owner, id).expect(201)
      api.clock.advance(599)
      const again = await rotateOnce(owner, id).expect(201)
      expect(again.text).toBe(first.text)
      expect(again.headers['location']).toBe(first.headers['location'])
      expect(await api.verify((again.body as IssuedKey).key)).toMatchObject({ valid: true })
      expect(await keysOf(owner)).toHaveLength(2)
      api.clock.advance(1)
      expectError(await rotateOnce(owner, id), 409, 'CONFLICT')
    })

    test('with another overlap is a 409; for another key it is a different request', async () => {
      const api = await open()
      const owner = await api.owner()
      const [one, two] = [await api.issueKey(owner), await api.issueKey(owner)]
      await rotateOnce(owner, one.id).expect(201)
      expectError(await rotateOnce(owner, one.id, 0), 409, 'IDEMPOTENCY_KEY_REUSED')
      expect(await api.verify(one.key)).toMatchObject({ valid: true })
      const other = await rotateOnce(owner, two.id).expect(201)
      expect(other.body).toMatchObject({ rotatedFrom: two.id })
    })

    test('50 concurrent requests all get the one successor', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const answers = await Promise.all(
        Array.from({ length: AT_ONCE }, () => rotateOnce(owner, id, 0)),
      )
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
      expect(await keysOf(owner)).toHaveLength(2)
    })

    test('a retry after a restart gets the same successor', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const first = await rotateOnce(owner, id, 0).expect(201)
      await api.app.close()
      const again = await (
        await secondNode(api)
      )
        .post(`/api/keys/${id}/rotate`)
        .set({ Cookie: owner.cookie, 'Idempotency-Key': KEY })
        .send({ overlapSeconds: 0 })
      expect([again.status, again.text]).toEqual([201, first.text])
    })

    test('a rotation that was refused leaves nothing behind', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner, {
        expiresAt: new Date(api.clock.nowMs() + 60_000).toISOString(),
      })
      api.clock.advance(60)
      expectError(await rotateOnce(owner, id), 409, 'CONFLICT')
      await owner.agent.patch(`/api/keys/${id}`).send({ expiresAt: null }).expect(200)
      await rotateOnce(owner, id).expect(201)
    })

    test('a header that is malformed is a 400', async () => {
      const api = await open()
      const owner = await api.owner()
      const { id } = await api.issueKey(owner)
      const answer = await rotate(owner, id, 0).set('Idempotency-Key', 'short')
      expectError(answer, 400, 'INVALID_INPUT')
      expect(await keysOf(owner)).toHaveLength(1)
    })
  })
})
