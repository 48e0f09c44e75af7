import { setTimeout as sleep } from 'node:timers/promises'
import { askAbout, consume, mint } from '../../testkit/load/ask.ts'
import type { Connection } from '../../testkit/load/connection.ts'
import { effectOf, nowMs } from '../../testkit/load/history.ts'
import type { Key, KeyPool } from '../../testkit/load/key-pool.ts'
import { unlessUnavailable, Unavailable } from '../../testkit/load/lasting-connection.ts'
import type { ManageApi } from './manage-api.ts'
import type { Random } from '../../testkit/load/random.ts'

/** A connection that asks about the very key that is being changed, right before and after. */
export type Aim = { connection: Connection; kind: 'verify' | 'check' }

export type Manager = {
  api: ManageApi
  /** A second connection, for two changes of one key at once. */
  rival: ManageApi
  /** For widget tokens. */
  caller: Connection
  aims: Aim[]
  serviceToken: string
  pool: KeyPool
  random: Random
  countRevocation(): void
  isOver(): boolean
}

const KEYS_AT_ONCE = 6
const MAX_AIMED = 4
const ASK_AGAIN_MS = 50
// One ends during the run; the other only by a revocation.
const SHORT_OVERLAP_SECONDS = 1
const LONG_OVERLAP_SECONDS = 3600
const MAX_LAPSING = 3

/** Makes keys, changes them and ends them, one step after another, until told to stop. */
export async function manageKeys(manager: Manager): Promise<void> {
  const { api, caller, pool, random } = manager
  const keys: ManagedKey[] = []
  const lapsing: ManagedKey[] = []
  async function take(key: Key): Promise<void> {
    pool.add(key)
    const managed: ManagedKey = { key, isEnabled: true, isRotated: false, token: undefined }
    keys.push(managed)
    if (random.chance(0.6)) managed.token = await mint(caller, key)
    if (random.chance(0.3)) await spendToken(manager, managed)
  }
  for (let step = 0; !manager.isOver(); step++) {
    if (keys.length < KEYS_AT_ONCE) {
      const issued = await unlessUnavailable(api.issue(`Key ${step}`))
      if (issued) await take(issued)
      continue
    }
    const managed = random.pick(keys)
    try {
      if (lapsing[0] && msLeft(lapsing[0]) <= 0) await lapse(manager, lapsing.shift()!)
      else if (random.chance(0.5)) await toggle(manager, managed)
      else if (random.chance(0.2) && isRotatable(managed)) {
        const isShort = lapsing.length < MAX_LAPSING && random.chance(0.5)
        const successor = await overlap(manager, managed, isShort)
        if (isShort) lapsing.push(...keys.splice(keys.indexOf(managed), 1))
        await take(successor)
      } else if (random.chance(0.3)) await endTogether(manager, managed, keys)
      else {
        const successor = await end(manager, managed)
        keys.splice(keys.indexOf(managed), 1)
        if (successor) await take(successor)
      }
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error
      if (keys.includes(managed)) keys.splice(keys.indexOf(managed), 1)
      await endForSure(manager, managed)
    }
  }
  for (const managed of lapsing) {
    await sleep(Math.max(0, msLeft(managed)))
    await lapse(manager, managed)
  }
}

type ManagedKey = {
  key: Key
  isEnabled: boolean
  isRotated: boolean
  /** A widget token that was minted from it and not yet consumed. */
  token: string | undefined
}

async function toggle(manager: Manager, managed: ManagedKey): Promise<void> {
  const { key, isEnabled } = managed
  const { api } = manager
  await aimedAt(manager, managed, () => (isEnabled ? api.disable(key) : api.enable(key)))
  managed.isEnabled = !isEnabled
  if (managed.isEnabled) managed.token ??= await mint(manager.caller, key)
}

/** A disabled key would be rotated to a disabled one. */
function isRotatable({ isEnabled, isRotated }: ManagedKey): boolean {
  return isEnabled && !isRotated
}

/** Rotates a key that lives on for a while. */
async function overlap(manager: Manager, managed: ManagedKey, isShort: boolean): Promise<Key> {
  const { key } = managed
  const seconds = isShort ? SHORT_OVERLAP_SECONDS : LONG_OVERLAP_SECONDS
  let successor: Key | undefined
  await aimedAt(manager, managed, async () => {
    successor = await manager.api.rotate(key, seconds)
  })
  managed.isRotated = true
  return existing(successor)
}

/** How long a rotated key surely still lives. */
function msLeft({ key }: ManagedKey): number {
  const rotation = key.history.changes.find(({ kind }) => kind === 'overlap')!
  return effectOf(rotation).endMs - nowMs()
}

/** Revokes a key in an unknown state, however long that takes. */
async function endForSure({ api, rival, pool, countRevocation }: Manager, { key }: ManagedKey) {
  for (const way of endlessly(api, rival)) {
    const done = await unlessUnavailable(way.revoke(key))
    if (done === true) break
    if (done === false) throw new Error(`a key could not be revoked: ${key.id}`)
    await sleep(ASK_AGAIN_MS)
  }
  pool.end(key)
  countRevocation()
}

function* endlessly<T>(...items: T[]): Generator<T> {
  for (;;) yield* items
}

/** Asks about a key whose overlap is over. */
async function lapse(manager: Manager, managed: ManagedKey): Promise<void> {
  await aimedAt(manager, managed, async () => undefined)
  await spendToken(manager, managed)
  manager.pool.end(managed.key)
  manager.countRevocation()
}

/** Ends a key and another one for good, by one call, and takes both off the list. */
async function endTogether(manager: Manager, managed: ManagedKey, keys: ManagedKey[]) {
  const { api, pool, random, countRevocation } = manager
  const other = random.pick(keys.filter((it) => it !== managed))
  const ended = [managed, other]
  try {
    await aimedAt(manager, managed, () =>
      aimedAt(manager, other, async () => {
        if (!(await api.revokeMany(ended.map((one) => one.key))))
          throw new Error('two live keys were not revoked together')
      }),
    )
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    keys.splice(keys.indexOf(other), 1)
    await endForSure(manager, other)
    throw error
  }
  for (const one of ended) {
    keys.splice(keys.indexOf(one), 1)
    pool.end(one.key)
    countRevocation()
  }
}

/** Ends a key for good, in one of several ways. */
async function end(manager: Manager, managed: ManagedKey): Promise<Key | undefined> {
  const { key } = managed
  const { api, rival, random, pool } = manager
  const way = isRotatable(managed) ? random.between(1, 12) : random.between(4, 9)
  let successor: Key | undefined
  await aimedAt(manager, managed, async () => {
    if (way <= 3) successor = await api.rotate(key, 0)
    else if (way === 4) await both([api.revoke(key), interfere(manager, key)])
    else if (way === 5) await both([interfere(manager, key), api.revoke(key)])
    else if (way === 10)
      successor = onlyOne(await both([api, rival].map((it) => it.rotate(key, 0))))
    else if (way === 11) [, successor] = await both([api.revoke(key), rival.rotate(key, 0)])
    else if (way === 12)
      [successor] = await both([rival.rotate(key, LONG_OVERLAP_SECONDS), api.revoke(key)])
    else await api.revoke(key)
  })
  pool.end(key)
  manager.countRevocation()
  if (random.chance(0.1)) await mint(manager.caller, key)
  return successor
}

/** The results of all, once all have ended; only then throws what one of them threw. */
async function both<T extends readonly unknown[]>(
  results: readonly [...{ [At in keyof T]: Promise<T[At]> }],
): Promise<T> {
  await Promise.allSettled(results)
  return (await Promise.all(results)) as unknown as T
}

/** @throws when a key was rotated to two successors, or to none */
function onlyOne(successors: (Key | undefined)[]): Key {
  if (successors.every((it) => it !== undefined))
    throw new Error('two rotations at once made two successors')
  return existing(successors.find((it) => it !== undefined))
}

function existing(successor: Key | undefined): Key {
  if (!successor) throw new Error('a live key was not rotated')
  return successor
}

/** Changes a key while it is being revoked, which must not undo that. */
async function interfere({ rival, random }: Manager, key: Key): Promise<void> {
  const ways = [rival.enable, rival.disable, rival.revoke, (it: Key) => rival.rename(it, 'New')]
  await random.pick(ways)(key)
}

/** Consumes a token that was minted from the key, if there is one. */
async function spendToken(manager: Manager, managed: ManagedKey): Promise<void> {
  const { key, token } = managed
  if (token === undefined) return
  managed.token = undefined
  await consume(manager.caller, manager.serviceToken, key, token)
}

/**
 * Makes a change while verifications of that key are under way, with more of them, and the use
 * of a token minted from it, written the moment its answer is there.
 */
async function aimedAt(
  manager: Manager,
  managed: ManagedKey,
  change: () => Promise<unknown>,
): Promise<void> {
  const { aims, serviceToken, pool, random } = manager
  const { key } = managed
  const ask = () =>
    aims.map(({ connection, kind }) => {
      const keys = Array.from({ length: random.between(1, MAX_AIMED) }, () => key)
      return askAbout(connection, serviceToken, kind, keys)
    })
  const unfocus = pool.focus(key)
  const before = Promise.all(ask())
  before.catch(() => undefined) // reported below, unless the change fails first
  try {
    await change()
    const after = ask()
    if (random.chance(0.7)) after.push(spendToken(manager, managed))
    await Promise.all([before, ...after])
  } finally {
    unfocus()
  }
}
