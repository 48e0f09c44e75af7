/** Whether a moment has come. @param moment ISO 8601; null never comes */
export function hasPassed(moment: string | null, nowMs: number): boolean {
  return moment !== null && Date.parse(moment) <= nowMs
}
