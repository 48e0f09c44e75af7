import type { TestProject } from 'vitest/node'
import { startService } from '../../../scripts/testkit/processes/service.ts'
import { buildWeb } from '../../../scripts/web-build.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The service that files share. */
    sharedService: { url: string; dir: string; env: Record<string, string> }
  }
}

/**
 * Vitest's global setup: the tests open the built pages, so they must be those of this source; and
 * most files share a service, because to start one takes longer than many tests.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  buildWeb()
  const { url, dir, env, remove } = await startService({ ALLOW_SIGN_UP: 'true' })
  project.provide('sharedService', { url, dir, env })
  return async () => {
    try {
      await remove()
    } catch (error) {
      // Thrown, it would keep the teardowns after this one from running.
      process.stderr.write(`${String(error)}\n`)
      process.exitCode = 1
    }
  }
}
