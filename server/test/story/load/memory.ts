import { readFileSync } from 'node:fs'

const SAMPLE_INTERVAL_MS = 20

/** Memory of a process that belongs to no file, in MB; undefined where the system does not say. */
export function memoryOf(pid: number): number | undefined {
  if (process.platform !== 'linux') return undefined
  const [, kilobytes] = /^RssAnon:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))!
  return Math.round(Number(kilobytes) / 1024)
}

/** Watches the memory of a process while something is done, and gives its peak. */
export async function peakDuring(
  pid: number,
  work: () => Promise<unknown>,
): Promise<number | undefined> {
  let peak = memoryOf(pid)
  const sample = () => {
    if (peak !== undefined) peak = Math.max(peak, memoryOf(pid)!)
  }
  const timer = setInterval(sample, SAMPLE_INTERVAL_MS)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  sample()
  return peak
}
