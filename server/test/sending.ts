import { onTestFinished } from 'vitest'
import type { Person, TestApi } from '../../scripts/testkit/api/kit.ts'
import { receiver } from '../../scripts/testkit/processes/receiver.ts'
import { startSending, type Sending } from '../src/features/webhooks/sending/start-sending.ts'

const NEVER_MS = 1_000_000_000

export type Delivery = Record<string, unknown> & { id: string; eventId: string; status: string }

/** A service whose messages are sent when a test says so. */
export async function stage(api: TestApi, settings: { events?: string[]; url?: string } = {}) {
  const owner = await api.owner()
  const to = await receiver()
  const sending = sender(api)
  const { body } = await owner.agent
    .post('/api/webhooks')
    .send({ url: settings.url ?? to.url, events: settings.events ?? ['*'] })
    .expect(201)
  const { id, secret } = body as { id: string; secret: string }
  return { api, owner, to, sending, id, secret, path: `/api/webhooks/${id}` }
}

export function sender(api: TestApi): Sending {
  const sending = startSending(api.ctx, NEVER_MS)
  onTestFinished(() => sending.stop())
  return sending
}

/** Sends all that can be sent now. */
export async function send(sending: Sending): Promise<void> {
  await sending.look()
  await sending.idle()
}

export async function deliveries({ agent }: Person, path: string): Promise<Delivery[]> {
  const { body } = await agent.get(`${path}/deliveries`).expect(200)
  return (body as { data: Delivery[] }).data
}
