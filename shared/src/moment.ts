// Moments are ISO 8601 texts in UTC with milliseconds, so that they sort as texts.

export const SECOND_MS = 1000
export const MINUTE_MS = 60 * SECOND_MS
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** Later moments have five digits of year, and no longer sort as texts. */
export const LATEST_MOMENT_MS = Date.UTC(10_000, 0) - 1

/** Such as `2026-03-05T14:30:00.000Z`. */
export function toMoment(ms: number): string {
  return new Date(ms).toISOString()
}
