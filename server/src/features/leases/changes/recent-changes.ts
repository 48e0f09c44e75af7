import type { LogEntry } from '../lease-session.ts'

const MAX_ENTRIES = 10_000

/**
 * The entries of the log behind `after`, in order and without a gap, up to `head`. A lower `head` says
 * that the log ends before what was read of it: the database went back to an earlier moment.
 */
export type LogRead = { after: number; entries: readonly LogEntry[]; head: number }

/** A change, and since when this process knows it, by its monotonic clock. */
export type Recent = { entry: LogEntry; knownSinceMs: number }

export type News = { entries: readonly LogEntry[]; isGap: boolean; wentBack: boolean }

/** The last entries of the log, in bounded memory. */
export type RecentChanges = {
  head(): number
  /** @returns what was not known yet; a gap before it makes everything earlier unknown */
  add(read: LogRead, nowMs: number): News
  /** The entries behind `seq`; undefined where they are no longer known. */
  since(seq: number): readonly Recent[] | undefined
}

export function recentChanges(from: number): RecentChanges {
  let head = from
  let entries: Recent[] = []
  /** Entries up to this one are not known. */
  let forgotten = from

  return {
    head: () => head,
    add(read, nowMs) {
      const wentBack = read.head < Math.min(read.after, head)
      if (read.head <= head && !wentBack) return { entries: [], isGap: false, wentBack }
      const isGap = wentBack || read.after > head
      const news = read.entries.filter(({ seq }) => seq > head)
      head = read.head
      if (isGap) {
        entries = []
        forgotten = Math.min(read.after, head)
      }
      for (const entry of news) entries.push({ entry, knownSinceMs: nowMs })
      if (entries.length > MAX_ENTRIES) {
        entries = entries.slice(-MAX_ENTRIES / 2)
        forgotten = (entries[0]?.entry.seq ?? head) - 1
      }
      return { entries: news, isGap, wentBack }
    },
    since(seq) {
      if (seq < forgotten) return undefined
      let at = entries.length
      while (at > 0 && (entries[at - 1]?.entry.seq ?? 0) > seq) at--
      return entries.slice(at)
    },
  }
}
