import { asError, explainFileError } from '../lib/caught.ts'
import type { JobControl } from '../store/copy/job-control.ts'
import { CommandError, remark } from './command.ts'

const TELL_EVERY_MS = 2000

/** Runs a long job: reports progress on stderr, and ends it cleanly on Ctrl-C. */
export async function longWork<T>(work: (control: JobControl) => Promise<T>): Promise<T> {
  const ending = new AbortController()
  const end = () => ending.abort(new CommandError('Interrupted: nothing was changed'))
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  const startedMs = performance.now()
  let toldMs = startedMs
  try {
    return await work({
      signal: ending.signal,
      progress(doing, done, total) {
        const nowMs = performance.now()
        if (nowMs - toldMs < TELL_EVERY_MS) return
        toldMs = nowMs
        const percent = total === 0 ? 100 : Math.min(100, Math.floor((done / total) * 100))
        const seconds = Math.round((nowMs - startedMs) / 1000)
        remark(`${doing}: ${percent}% of ${total.toLocaleString('en')}, ${seconds} s`)
      },
    })
  } catch (error) {
    // A full disk, a file that is not ours, a database that is gone: the operator can mend these.
    const { code, path } = asError(error)
    if (typeof code !== 'string') throw error
    const reason = explainFileError(error)
    throw new CommandError(path === undefined ? reason : `Cannot use ${path}: ${reason}`)
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end)
  }
}

/** How long something took, for its last line. */
export function since(startedMs: number): string {
  return `${((performance.now() - startedMs) / 1000).toFixed(1)} s`
}
