// The memory of the service's process, asked through Node's inspector.
import { readdirSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import type { Subject } from './subject.ts'

const MIB = 1024 * 1024

export type Holding = { heapMib: number; rssMib: number; descriptors: number }

/** Measures what is left when everything that nobody refers to has been collected. */
export async function measure({ service }: Subject): Promise<Holding> {
  const urls = [...service.printed().matchAll(/ws:\/\/\S+/g)]
  const socket = new WebSocket(urls.at(-1)![0])
  await once(socket, 'open')
  let id = 0
  const call = async (method: string): Promise<Record<string, number>> => {
    const asked = ++id
    const answer = new Promise<Record<string, number>>((resolve) =>
      socket.addEventListener('message', ({ data }) => {
        const message = JSON.parse(String(data)) as { id: number; result: Record<string, number> }
        if (message.id === asked) resolve(message.result)
      }),
    )
    socket.send(JSON.stringify({ id: asked, method }))
    return answer
  }
  // Objects that wait for their finalizers are gone after the second.
  await call('HeapProfiler.collectGarbage')
  await call('HeapProfiler.collectGarbage')
  const { usedSize, backingStorageSize } = await call('Runtime.getHeapUsage')
  socket.close()
  await once(socket, 'close')
  return {
    heapMib: (usedSize! + (backingStorageSize ?? 0)) / MIB,
    ...ofProcess(service.child().process.pid!),
  }
}

/** Only Linux has this figure; elsewhere it counts as none. */
function ofProcess(pid: number): { rssMib: number; descriptors: number } {
  if (process.platform !== 'linux') return { rssMib: 0, descriptors: 0 }
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const rssMib = Number(/RssAnon:\s+(\d+)/.exec(status)?.[1]) / 1024
  return { rssMib, descriptors: readdirSync(`/proc/${pid}/fd`).length }
}

/** The slope of the line that fits best through values a step apart (least squares). */
export function growthPerRound(values: number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let above = 0
  let below = 0
  for (const [at, value] of values.entries()) {
    above += (at - middle) * (value - mean)
    below += (at - middle) ** 2
  }
  return below === 0 ? 0 : above / below
}
