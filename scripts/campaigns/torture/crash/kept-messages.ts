// Our knowledge of a webhook's messages: none is lost, few come twice, and all come in the order of the log.
import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Context } from '../../../../server/src/features/context.ts'
import { isSignedWith, openReceiver } from '../../../testkit/processes/open-receiver.ts'
import { ORGANIZATION, read, type Caller } from './caller.ts'

const ACTIONS = ['key.created', 'key.revoked'] as const
const POLL_MS = 20
// All of them are promises of seconds; the rest is for a busy machine.
const ARRIVAL_PATIENCE_MS = 120_000
const TAKEOVER_LIMIT_MS = 30_000
// A process that dies repeats the one message whose answer it has not written; a round kills up to five.
const MOST_REPEATED = 5

export type KeptMessages = Awaited<ReturnType<typeof keptMessages>>

/** Adds a webhook to the organization of the campaign, which has no keys yet. */
export async function keptMessages(caller: Caller) {
  const receiver = await openReceiver()
  const body = { url: receiver.url, events: ACTIONS }
  const idempotencyKey = randomUUID()
  const made = await caller.call({ method: 'POST', path: '/api/webhooks', body, idempotencyKey })
  const { secret } = read<{ secret: string }>(made, 201)
  /** The ids of what was expected in earlier rounds, and the place in the log up to which that was. */
  const known = new Set<string>()
  let position = 0
  let unsigned = 0
  const counted = { arrived: 0, repeated: 0 }
  receiver.answer = (received, response) => {
    if (!isSignedWith(secret, received)) unsigned++
    response.end()
  }

  async function until(isThere: () => boolean, patienceMs: number): Promise<boolean> {
    const endMs = performance.now() + patienceMs
    while (!isThere()) {
      if (performance.now() > endMs) return false
      await sleep(POLL_MS)
    }
    return true
  }

  return {
    /**
     * Ends a key on a node that lives, while the one that was killed is still dead.
     *
     * @returns what is wrong: nothing, when the node sends within seconds
     */
    async findTakeoverFaults(endKey: () => Promise<void>): Promise<string[]> {
      const before = receiver.received.length
      await endKey()
      const isSent = await until(() => receiver.received.length > before, TAKEOVER_LIMIT_MS)
      return isSent ? [] : ['no other node sends the messages of the one that was killed']
    },

    /** The ids of the messages of this round, in the order of the log. */
    async readExpected({ committed }: Context): Promise<string[]> {
      const events = await committed
        .selectFrom('audit_events')
        .select(['id', 'position'])
        .where('organization_id', '=', ORGANIZATION)
        .where('action', 'in', ACTIONS)
        .where('position', '>', position)
        .orderBy('position')
        .execute()
      position = events.at(-1)?.position ?? position
      return events.map(({ id }) => id)
    },

    /** Waits until all of them have come, and compares. */
    async findFaults(expected: string[]): Promise<string[]> {
      const arrived = () => receiver.received.map(({ headers }) => headers['webhook-id']!)
      const newOnes = () => [...new Set(arrived().filter((id) => !known.has(id)))]
      await until(() => newOnes().length >= expected.length, ARRIVAL_PATIENCE_MS)
      const once = newOnes()
      const faults: string[] = []
      const lost = expected.filter((id) => !once.includes(id)).length
      if (lost > 0) faults.push(`of ${expected.length} messages of a webhook ${lost} were lost`)
      else if (once.join() !== expected.join())
        faults.push('the messages of a webhook came in another order than that of the log')
      const repeated = arrived().length - once.length
      if (repeated > MOST_REPEATED) faults.push(`${repeated} messages of a webhook came twice`)
      if (unsigned > 0) faults.push(`${unsigned} messages of a webhook were not signed`)
      counted.arrived += arrived().length
      counted.repeated += repeated
      for (const id of expected) known.add(id)
      receiver.received.length = 0
      unsigned = 0
      return faults
    },

    counted,
    close: () => receiver.close(),
  }
}
