import { buildWeb } from '../../../scripts/web-build.ts'

/** Vitest's global setup: the tests open the built pages, so they must be those of this source. */
export default function setup(): void {
  buildWeb()
}
