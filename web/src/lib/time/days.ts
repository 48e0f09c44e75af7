/** The zone of days: the reader's own, or UTC. */
export type Zone = 'local' | 'utc'

/** The day of a moment, such as `2026-03-05`. */
export function dayOf(moment: Date, zone: Zone): string {
  if (zone === 'utc') return moment.toISOString().slice(0, 10)
  const [year, month, day] = [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()]
  return [year, month, day].map((part) => String(part).padStart(2, '0')).join('-')
}

/** The moment at which a day begins. */
export function startOfDay(day: string, zone: Zone): Date {
  return new Date(zone === 'utc' ? `${day}T00:00Z` : `${day}T00:00`)
}

/**
 * When a day of whole hours of UTC begins: `00:00`, or later where the zone is off by a part of an
 * hour, such as `00:30` in India.
 */
export function firstWholeHour(moment: Date, zone: Zone): string {
  const offsetMinutes = zone === 'utc' ? 0 : -moment.getTimezoneOffset()
  const minutes = ((offsetMinutes % 60) + 60) % 60
  return `00:${String(minutes).padStart(2, '0')}`
}

/** The day that is so many days later; 24 hours would be off by one when the clocks change. */
export function addDays(day: string, days: number): string {
  const moment = startOfDay(day, 'utc')
  moment.setUTCDate(moment.getUTCDate() + days)
  return dayOf(moment, 'utc')
}

/** Such as `5 Mar`, as the reader writes it. */
export function formatShortDay(day: string): string {
  return shortDay.format(startOfDay(day, 'utc'))
}

/** Such as `14:00`, in the reader's zone. */
export function formatHour(moment: string): string {
  return hour.format(new Date(moment))
}

/** The reader's zone, as they call it, such as `IST`. */
export function zoneName(): string {
  const parts = new Intl.DateTimeFormat(undefined, { timeZoneName: 'short' }).formatToParts()
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? ''
}

const hour = new Intl.DateTimeFormat(undefined, {
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
})

const shortDay = new Intl.DateTimeFormat(undefined, {
  month: 'short',
  day: 'numeric',
  timeZone: 'UTC',
})
