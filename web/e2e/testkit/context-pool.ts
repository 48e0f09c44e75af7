import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Service } from '../../../scripts/testkit/processes/service.ts'

export const STEP_TIMEOUT_MS = 60_000

// The storage of a context for each origin, beside cookies. Its cache of files stays: to compile
// the portal's scripts again is half of what a first page takes.
const STORAGE = [
  'local_storage',
  'indexeddb',
  'cache_storage',
  'service_workers',
  'file_systems',
  'storage_buckets',
].join()

const permissions = ['clipboard-read', 'clipboard-write']

// Not `close`, to which Playwright itself listens.
const events = [
  'page',
  'console',
  'dialog',
  'request',
  'requestfailed',
  'requestfinished',
  'response',
  'weberror',
] as const

type Opened = { context: BrowserContext; page: Page }

const idle = new WeakMap<Service, BrowserContext[]>()

/**
 * A browser profile with an empty page, as good as a new one but for its cache of files. One that
 * an earlier test of this service gave back is used again.
 */
export async function takeContext(browser: Browser, service: Service): Promise<Opened> {
  const context = idle.get(service)?.pop()
  if (!context) return newContext(browser, service)
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const { origin } = new URL(service.url)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: STORAGE })
  await session.detach()
  return { context, page }
}

/** Ends what a test left in its context, and keeps the context for the next test. */
export async function giveBack(context: BrowserContext, service: Service): Promise<void> {
  if (changedForGood.has(context)) return context.close()
  if (!context.browser()?.contexts().includes(context)) return // the test has closed it
  await Promise.all(context.pages().map((page) => page.close()))
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  for (const event of events) context.removeAllListeners(event)
  await context.setOffline(false)
  await context.clearCookies()
  await context.clearPermissions()
  await context.grantPermissions(permissions)
  idle.set(service, [...(idle.get(service) ?? []), context])
}

/** Whether a test of this service gave the context back, for the next one. */
export function isIdle(context: BrowserContext, service: Service): boolean {
  return idle.get(service)?.includes(context) ?? false
}

export async function newContext(
  browser: Browser,
  service: Service,
  device: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({
    baseURL: service.url,
    reducedMotion: 'reduce',
    permissions,
    ...device,
  })
  context.setDefaultTimeout(STEP_TIMEOUT_MS)
  // Nothing takes these back, so the context is of this test alone.
  for (const lasting of ['addInitScript', 'exposeBinding', 'exposeFunction'] as const)
    markCalls(context, lasting, context)
  for (const lasting of ['install', 'pauseAt', 'setFixedTime', 'setSystemTime'] as const)
    markCalls(context.clock, lasting, context)
  return { context, page: await context.newPage() }
}

const changedForGood = new WeakSet<BrowserContext>()

function markCalls<T, Name extends keyof T>(on: T, name: Name, context: BrowserContext): void {
  const method = on[name] as (...given: unknown[]) => unknown
  on[name] = ((...given: unknown[]) => {
    changedForGood.add(context)
    return method.apply(on, given)
  }) as T[Name]
}
