import type { Context } from '../context.ts'
import { findNewestMoment } from './audit.store.ts'

/** When the newest event was recorded; undefined while there is none. */
export function newestEventAt({ committed }: Context): Promise<string | undefined> {
  return findNewestMoment(committed)
}
