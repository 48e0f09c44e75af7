import type { KeyCopy, LeaseAnswer, LeasePoll } from '@zentrix/shared/verification/leases.ts'
import { LEASE_MS } from '@zentrix/shared/verification/lease-times.ts'
import type { TestApi } from './kit.ts'

/** A verifier that does what a test says, and nothing by itself. */
export type TestVerifier = {
  last: LeaseAnswer
  /** Whether each poll was answered before the lease of the one before it could run out. */
  isInTime(): boolean
  /** Polls as its last answer says; it has applied what that named. */
  poll(change?: Partial<LeasePoll>): Promise<LeaseAnswer>
  /** A verdict, with the copy that it may keep. */
  verify(key: string, question?: object): Promise<Record<string, unknown> & { copy?: KeyCopy }>
}

/** Begins a session: from now on it has a lease, which runs out unless it polls. */
export async function beginLease(api: TestApi, token?: string): Promise<TestVerifier> {
  const used = token ?? (await api.serviceToken({ scopes: ['keys:verify'] }))
  return beginLeaseAt(api.address, used)
}

/** The same with the service at an address. */
export async function beginLeaseAt(address: string, token: string): Promise<TestVerifier> {
  const Authorization = `Bearer ${token}`
  const post = async (path: string, body: object) => {
    const response = await fetch(`${address}/api/auth/${path}`, {
      method: 'POST',
      headers: { Authorization, 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (response.status !== 200) throw new Error(`${path}: ${response.status}`)
    return response.json() as Promise<unknown>
  }
  let batch = 0
  let leasedFromMs = performance.now()
  let longestMs = 0
  const verifier: TestVerifier = {
    last: await (post('lease', firstPoll) as Promise<LeaseAnswer>),
    isInTime: () => Math.max(longestMs, performance.now() - leasedFromMs) < LEASE_MS,
    async poll(change = {}) {
      const { session, nonce, head } = verifier.last
      const asked = { ...firstPoll, session, nonce, applied: head, batch: ++batch, ...change }
      const sentAtMs = performance.now()
      verifier.last = (await post('lease', asked)) as LeaseAnswer
      longestMs = Math.max(longestMs, performance.now() - leasedFromMs)
      leasedFromMs = sentAtMs
      return verifier.last
    },
    verify: (key, question = {}) =>
      post('verify', { key, session: verifier.last.session, ...question }) as Promise<
        Record<string, unknown>
      >,
  }
  return verifier
}

const MAX_PLAYS = 5

/**
 * Plays what a verifier does that polls in time. Where other work on the machine kept it from that,
 * its lease has run out and nothing was shown: then it is played again.
 */
export async function playInTime(
  begin: () => Promise<TestVerifier>,
  play: (verifier: TestVerifier) => Promise<void>,
): Promise<void> {
  for (let plays = 1; ; plays++) {
    const verifier = await begin()
    try {
      return await play(verifier)
    } catch (error) {
      if (verifier.isInTime() || plays === MAX_PLAYS) throw error
      await verifier.poll({ bye: true }) // so that no change of the next play waits for it
    }
  }
}

const firstPoll: LeasePoll = {
  session: null,
  nonce: '',
  applied: 0,
  batch: 0,
  uses: [],
  unused: [],
}
