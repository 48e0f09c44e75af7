// How late the machine lets work be done: what a promise of "at most a second later" is measured against.
import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { giveWay } from '../../../server/src/lib/threads/give-way.ts'

const BEAT_MS = 50

// Milliseconds of the wall clock, which is the same in every thread.
const LAST_BEAT = 0
const LATEST_MS = 1

export type Lateness = {
  /** How late a write was at worst since this was last asked, in milliseconds. */
  takeMs(): number
  stop(): Promise<void>
}

/**
 * Measures it all the time by small writes that wait for the disk, in a thread which gives way to others
 * as the one that writes usage does.
 */
export function watchLateness(): Lateness {
  const shared = new BigInt64Array(new SharedArrayBuffer(2 * BigInt64Array.BYTES_PER_ELEMENT))
  shared[LAST_BEAT] = BigInt(Date.now())
  const dir = mkdtempSync(join(tmpdir(), 'lateness-'))
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { shared, path: join(dir, 'beat') },
  })
  thread.unref()
  return {
    takeMs() {
      const latestMs = Number(Atomics.exchange(shared, LATEST_MS, 0n))
      // The beat that is awaited may be the latest of all.
      return Math.max(latestMs, Date.now() - Number(Atomics.load(shared, LAST_BEAT)) - BEAT_MS, 0)
    },
    async stop() {
      await thread.terminate()
      rmSync(dir, { recursive: true, force: true })
    },
  }
}

async function beat({ shared, path }: { shared: BigInt64Array; path: string }): Promise<void> {
  giveWay()
  const file = openSync(path, 'w')
  process.once('exit', () => closeSync(file))
  for (;;) {
    const expectedMs = Date.now() + BEAT_MS
    await sleep(BEAT_MS)
    writeSync(file, 'beat', 0)
    fsyncSync(file)
    const lateMs = BigInt(Date.now() - expectedMs)
    Atomics.store(shared, LAST_BEAT, BigInt(Date.now()))
    if (lateMs > Atomics.load(shared, LATEST_MS)) Atomics.store(shared, LATEST_MS, lateMs)
  }
}

if (!isMainThread && workerData?.shared) await beat(workerData)
