import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { giveBack, takeContext } from './context-pool.ts'
import { setStage } from './stage.ts'

const stage = setStage({})

test('a context that is used again holds nothing of the test before', async () => {
  const { browser, service } = stage
  const { context, page } = await takeContext(browser, service)
  await page.goto('/')
  const clean = await stateOf(page)
  await leaveEverything(page)
  await context.addCookies([{ name: 'left', value: 'over', url: service.url }])
  await context.clearPermissions()
  await context.route('**/*', (route) => route.abort())
  await page.route('**/*', (route) => route.abort())
  await page.emulateMedia({ colorScheme: 'dark', media: 'print', reducedMotion: null })
  await page.setViewportSize({ width: 360, height: 740 })
  let heard = 0
  page.on('load', () => (heard += 1))
  context.on('page', (opened) => void opened.close())
  await context.setOffline(true)
  expect(await stateOf(page)).not.toEqual(clean)
  await giveBack({ context, page }, service)

  const next = await takeContext(browser, service)
  expect(next.page).toBe(page)
  expect(context.pages()).toEqual([next.page])
  await next.page.goto('/')
  expect(await stateOf(next.page)).toEqual(clean)
  expect(heard).toBe(0)
  expect(await (await context.newPage()).goto('/')).not.toBeNull()
  await giveBack(next, service)
})

test('a context with a script or a clock for all its pages is not used again', async () => {
  const { browser, service } = stage
  for (const change of ['script', 'clock']) {
    const { context, page } = await takeContext(browser, service)
    if (change === 'script') await context.addInitScript(() => undefined)
    else await context.clock.install()
    await giveBack({ context, page }, service)
    expect(browser.contexts()).not.toContain(context)
  }
})

test('a page with a script or a name of its own, or that is closed, is not used again', async () => {
  const { browser, service } = stage
  for (const change of ['script', 'function', 'close']) {
    const { context, page } = await takeContext(browser, service)
    if (change === 'script') await page.addInitScript(() => undefined)
    else if (change === 'function') await page.exposeFunction('left', () => undefined)
    else await page.close()
    await giveBack({ context, page }, service)
    expect(page.isClosed()).toBe(true)
    const next = await takeContext(browser, service)
    expect(next.context).toBe(context)
    expect(context.pages()).toEqual([next.page])
    await giveBack(next, service)
  }
})

test('a page that asks before it is left is used again all the same', async () => {
  const { browser, service } = stage
  const { context, page } = await takeContext(browser, service)
  await page.goto('/')
  await page.evaluate(() => window.addEventListener('beforeunload', (e) => e.preventDefault()))
  await page.mouse.click(100, 100) // a page that nobody has touched may not ask
  await giveBack({ context, page }, service)
  const next = await takeContext(browser, service)
  expect(next.page).toBe(page)
  await giveBack(next, service)
})

async function leaveEverything(page: Page): Promise<void> {
  await page.evaluate(async () => {
    localStorage.setItem('left', 'over')
    sessionStorage.setItem('left', 'over')
    document.cookie = 'left=over'
    window.name = 'left over'
    await caches.open('left over')
    const opening = indexedDB.open('left over')
    await new Promise((done) => (opening.onsuccess = done))
    opening.result.close()
  })
}

function stateOf(page: Page) {
  return page.evaluate(async () => {
    const name = 'clipboard-read' as PermissionName
    return {
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookies: document.cookie,
      caches: await caches.keys(),
      databases: await indexedDB.databases(),
      workers: (await navigator.serviceWorker.getRegistrations()).length,
      clipboard: (await navigator.permissions.query({ name })).state,
      isOnline: navigator.onLine,
      history: history.length,
      name: window.name,
      size: [innerWidth, innerHeight],
      media: ['(prefers-color-scheme: dark)', '(prefers-reduced-motion)', 'print'].map(
        (query) => matchMedia(query).matches,
      ),
    }
  })
}
