/** Goes along from the incident page to the list, where keys are then chosen. */
export type ToChoose = { isChoosing: true }

/** Goes along from the list to the incident page. */
export type FromChosen = { ids: string[] }

export function isToChoose(state: unknown): boolean {
  return typeof state === 'object' && state !== null && 'isChoosing' in state
}

/** The keys that were chosen in the list; empty if the person came another way. */
export function readChosen(state: unknown): string[] {
  if (typeof state !== 'object' || state === null || !('ids' in state)) return []
  return Array.isArray(state.ids) ? state.ids.filter((id) => typeof id === 'string') : []
}
