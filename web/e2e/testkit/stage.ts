import type { Browser, LaunchOptions } from 'playwright-core'
import { afterAll, beforeAll } from 'vitest'
import { launchBrowser } from './browser.ts'
import type { Settings } from '../../../scripts/testkit/processes/child.ts'
import { startService, type Service } from '../../../scripts/testkit/processes/service.ts'

export type Stage = { browser: Browser; service: Service }

let shared: Promise<Browser> | undefined

/** The browser for all files that this process runs; it ends with the process. */
function sharedBrowser(): Promise<Browser> {
  return (shared ??= launchBrowser())
}

/**
 * A browser, and one service for all tests of a file; there from the first test on.
 *
 * @param options those of a browser for this file alone
 */
export function setStage(env: Settings = {}, options?: LaunchOptions): Stage {
  const stage = {} as Stage
  beforeAll(async () => {
    const starting = [
      (options ? launchBrowser(options) : sharedBrowser()).then(
        (browser) => void (stage.browser = browser),
      ),
      startService(env).then((service) => void (stage.service = service)),
    ]
    await Promise.allSettled(starting) // so that what did start can be ended
    await Promise.all(starting)
  })
  afterAll(async () => {
    if (options) await stage.browser?.close()
    else await Promise.all(stage.browser?.contexts().map((context) => context.close()) ?? [])
    await stage.service?.remove()
  })
  return stage
}
