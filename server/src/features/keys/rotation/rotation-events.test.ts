import { expect, test } from 'vitest'
import type { IssuedKey } from '@zentrix/shared/schemas/keys.ts'
import { onEachDatabase, type Person } from '../../../../../scripts/testkit/api/kit.ts'

async function rotate({ agent }: Person, id: string, overlapSeconds: number): Promise<IssuedKey> {
  const { body } = await agent.post(`/api/keys/${id}/rotate`).send({ overlapSeconds }).expect(201)
  return body as IssuedKey
}

onEachDatabase((open) => {
  test('each key has its event: the old one was rotated, the new one created', async () => {
    const api = await open()
    const owner = await api.owner()
    const { id } = await api.issueKey(owner)
    const successor = await rotate(owner, id, 60)
    const eventsOf = async (keyId: string) =>
      (await owner.agent.get(`/api/audit-events?keyId=${keyId}`).expect(200)).body.data as {
        action: string
        changes: object
      }[]
    const ofOld = await eventsOf(id)
    expect(ofOld.map(({ action }) => action)).toEqual(['key.rotated', 'key.created'])
    expect(ofOld[0]!.changes).toEqual({
      rotatedTo: successor.id,
      overlapSeconds: 60,
      expiresAt: { from: null, to: new Date(api.clock.nowMs() + 60_000).toISOString() },
    })
    const ofNew = await eventsOf(successor.id)
    expect(ofNew.map(({ action }) => action)).toEqual(['key.created'])
    expect(ofNew[0]!.changes).toMatchObject({ rotatedFrom: id })
    expect(JSON.stringify([ofOld, ofNew])).not.toContain(successor.key)
  })
})
