import type { Browser, LaunchOptions } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import { isIdle } from './context-pool.ts'
import { launchBrowser } from './browser.ts'
import { startNode, type Settings } from '../../../scripts/testkit/processes/child.ts'
import { startService, type Service } from '../../../scripts/testkit/processes/service.ts'

export type Stage = { browser: Browser; service: Service }

// A page lives for seconds, so that optimized code does not pay for its compiling.
const shortLived = '--js-flags=--single-threaded --no-opt --no-maglev'

function launchForTests(options: LaunchOptions = {}): Promise<Browser> {
  return launchBrowser({ ...options, args: [shortLived, ...(options.args ?? [])] })
}

let browser: Promise<Browser> | undefined

/** The browser for all files that this process runs; it ends with the process. */
function sharedBrowser(): Promise<Browser> {
  return (browser ??= launchForTests())
}

let service: Service | undefined

/** The service for all files whose tests need no settings and end no process. */
function sharedService(): Service {
  const place = inject('sharedService')
  const refuse = () => {
    throw new Error('other files use this service too: give setStage settings')
  }
  return (service ??= {
    ...place,
    keys: (...args) => startNode('server/src/commands/cli.ts', args, place.env).ended,
    printed: refuse,
    child: refuse,
    stop: refuse,
    kill: refuse,
    start: refuse,
    restart: refuse,
    remove: refuse,
  })
}

/**
 * A browser, and a service for all tests of a file; there from the first test on.
 *
 * @param env settings of a service for this file alone; without them it shares one with others,
 *   whose organizations it does not see, but whose failed sign-ins count for its address
 * @param options those of a browser for this file alone
 */
export function setStage(env?: Settings, options?: LaunchOptions): Stage {
  const stage = {} as Stage
  beforeAll(async () => {
    const starting = [
      (options ? launchForTests(options) : sharedBrowser()).then(
        (launched) => void (stage.browser = launched),
      ),
      env
        ? startService(env).then((started) => void (stage.service = started))
        : void (stage.service = sharedService()),
    ]
    await Promise.allSettled(starting) // so that what did start can be ended
    await Promise.all(starting)
  })
  afterAll(async () => {
    if (options) await stage.browser?.close()
    else
      await Promise.all(
        (stage.browser?.contexts() ?? [])
          .filter((context) => !service || !isIdle(context, service))
          .map((context) => context.close()),
      )
    if (env) await stage.service?.remove()
  })
  return stage
}
