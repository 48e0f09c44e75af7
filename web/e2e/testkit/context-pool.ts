import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core'
import type { Service } from '../../../scripts/testkit/processes/service.ts'

export const STEP_TIMEOUT_MS = 60_000
const EMPTY_TIMEOUT_MS = 10_000

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

const pageEvents = [
  'console',
  'dialog',
  'domcontentloaded',
  'download',
  'filechooser',
  'frameattached',
  'framedetached',
  'framenavigated',
  'load',
  'pageerror',
  'popup',
  'request',
  'requestfailed',
  'requestfinished',
  'response',
  'websocket',
  'worker',
] as const

const VIEWPORT = { width: 1280, height: 720 }
const MEDIA = {
  media: null,
  colorScheme: 'light',
  reducedMotion: 'reduce',
  forcedColors: 'none',
  contrast: 'no-preference',
} as const

type Opened = { context: BrowserContext; page: Page }

const idle = new WeakMap<Service, Opened[]>()

/**
 * A browser profile with a page, as good as new ones but for the cache of files and the compiled
 * scripts. One that an earlier test of this service gave back is used again.
 */
export async function takeContext(browser: Browser, service: Service): Promise<Opened> {
  return idle.get(service)?.pop() ?? newContext(browser, service)
}

/** Ends what a test left in its context, and keeps the context for the next test. */
export async function giveBack({ context, page }: Opened, service: Service): Promise<void> {
  if (changedForGood.has(context)) return context.close()
  if (!context.browser()?.contexts().includes(context)) return // the test has closed it
  const others = context.pages().filter((other) => other !== page)
  await Promise.all(others.map((other) => other.close()))
  await context.cookies() // so that what the page has logged arrives before its listeners go
  for (const event of events) context.removeAllListeners(event)
  for (const event of pageEvents) page.removeAllListeners(event)
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  await context.setOffline(false)
  // Before the cookies go, as the portal would be refused what it asks for without them.
  const isKept = !changedForGood.has(page) && !page.isClosed() && (await empty(page, service))
  if (!isKept) await page.close()
  await context.clearCookies()
  await context.clearPermissions()
  await context.grantPermissions(permissions)
  const kept = isKept ? page : await context.newPage()
  if (!isKept) markPage(kept)
  idle.set(service, [...(idle.get(service) ?? []), { context, page: kept }])
}

/**
 * Leads a page to an address of the service where no portal runs, and ends what a test left in it.
 * It keeps its process: to start one and to compile the portal's scripts again takes longer than all
 * else that a first page does.
 *
 * @returns whether that succeeded
 */
async function empty(page: Page, { url }: Service): Promise<boolean> {
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  const answer = await page.goto(`${url}/healthz`, { timeout: EMPTY_TIMEOUT_MS }).catch(() => null)
  if (answer === null) return false
  await page.mouse.move(0, 0) // where it is in a new page
  await page.evaluate(() => {
    sessionStorage.clear()
    window.name = ''
  })
  await page.emulateMedia(MEDIA)
  await page.setViewportSize(VIEWPORT)
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(url)
  await session.send('Storage.clearDataForOrigin', { origin, storageTypes: STORAGE })
  await session.send('Page.resetNavigationHistory')
  await session.detach()
  return true
}

/** Whether a test of this service gave the context back, for the next one. */
export function isIdle(context: BrowserContext, service: Service): boolean {
  return idle.get(service)?.some((opened) => opened.context === context) ?? false
}

export async function newContext(
  browser: Browser,
  service: Service,
  device: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({
    baseURL: service.url,
    reducedMotion: 'reduce',
    viewport: VIEWPORT,
    permissions,
    ...device,
  })
  context.setDefaultTimeout(STEP_TIMEOUT_MS)
  // Nothing takes these back, so the context is of this test alone.
  for (const lasting of ['addInitScript', 'exposeBinding', 'exposeFunction'] as const)
    markCalls(context, lasting, context)
  for (const lasting of ['install', 'pauseAt', 'setFixedTime', 'setSystemTime'] as const)
    markCalls(context.clock, lasting, context)
  const page = await context.newPage()
  markPage(page)
  return { context, page }
}

function markPage(page: Page): void {
  for (const lasting of lastingInPages) markCalls(page, lasting, page)
}

// Nothing takes these back either, so the page is closed.
const lastingInPages = [
  'addInitScript',
  'addLocatorHandler',
  'exposeBinding',
  'exposeFunction',
  'routeFromHAR',
  'routeWebSocket',
  'setDefaultNavigationTimeout',
  'setDefaultTimeout',
  'setExtraHTTPHeaders',
] as const

const changedForGood = new WeakSet<BrowserContext | Page>()

function markCalls<T, Name extends keyof T>(
  on: T,
  name: Name,
  changed: BrowserContext | Page,
): void {
  const method = on[name] as (...given: unknown[]) => unknown
  on[name] = ((...given: unknown[]) => {
    changedForGood.add(changed)
    return method.apply(on, given)
  }) as T[Name]
}
