import { DAY_MS, HOUR_MS, MINUTE_MS } from '@zentrix/shared/moment.ts'

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * DAY_MS],
  ['month', 30 * DAY_MS],
  ['day', DAY_MS],
  ['hour', HOUR_MS],
  ['minute', MINUTE_MS],
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always' })
// Dates as the reader writes them. The sentences around them are English, and so is `3 hours ago`.
const dateParts = { year: 'numeric', month: 'short', day: 'numeric' } as const
const day = new Intl.DateTimeFormat(undefined, dateParts)
const exact = new Intl.DateTimeFormat(undefined, {
  ...dateParts,
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
  timeZoneName: 'short',
})

/** Such as `3 hours ago`. A moment in the future, by a clock ahead of ours, is `just now`. */
export function formatAgo(timestamp: string, nowMs: number): string {
  const agoMs = nowMs - Date.parse(timestamp)
  for (const [unit, sizeMs] of steps)
    if (agoMs >= sizeMs) return relative.format(-Math.trunc(agoMs / sizeMs), unit)
  return 'just now'
}

// In two days' time hours say more than `in 2 days`, and before two months days do.
const untilSteps: [Intl.RelativeTimeFormatUnit, sizeMs: number, below: number][] = [
  ['minute', MINUTE_MS, 60],
  ['hour', HOUR_MS, 36],
  ['day', DAY_MS, 60],
  ['month', 30 * DAY_MS, 24],
  ['year', 365 * DAY_MS, Infinity],
]

/**
 * Such as `in 5 days`, `in 3 hours` or `in a moment`. Rounded to the nearest, so that a week that has
 * just begun is `in 7 days`.
 */
export function formatUntil(timestamp: string, nowMs: number): string {
  const leftMs = Date.parse(timestamp) - nowMs
  if (leftMs < MINUTE_MS) return 'in a moment'
  for (const [unit, sizeMs, below] of untilSteps) {
    const count = Math.round(leftMs / sizeMs)
    if (count < below) return relative.format(count, unit)
  }
  throw new Error('The last step has no end')
}

/** Such as `29 Nov 2026, 08:41 IST`, in the reader's language and zone. */
export function formatExact(timestamp: string): string {
  return exact.format(Date.parse(timestamp))
}

/** Such as `29 Nov 2026`, in the reader's language and zone. */
export function formatDay(timestamp: string): string {
  return day.format(Date.parse(timestamp))
}

/** Such as `6 days 23 h`, or `23:59:08` when less than a day is left. */
export function formatLeft(timestamp: string, nowMs: number): string {
  const leftSeconds = Math.max(0, Math.floor((Date.parse(timestamp) - nowMs) / 1000))
  const days = Math.floor(leftSeconds / 86_400)
  const hours = Math.floor((leftSeconds % 86_400) / 3600)
  if (days > 0) return `${days} ${days === 1 ? 'day' : 'days'} ${hours} h`
  const minutes = Math.floor((leftSeconds % 3600) / 60)
  return [hours, minutes, leftSeconds % 60].map((part) => String(part).padStart(2, '0')).join(':')
}
