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
  context.on('page', (opened) => void opened.close())
  await context.setOffline(true)
  expect(await stateOf(page)).not.toEqual(clean)
  await giveBack(context, service)

  const next = await takeContext(browser, service)
  expect(next.context).toBe(context)
  expect(context.pages()).toEqual([next.page])
  await next.page.goto('/')
  expect(await stateOf(next.page)).toEqual(clean)
  expect(await (await context.newPage()).goto('/')).not.toBeNull()
  await giveBack(context, service)
})

test('a context with a script or a clock for all its pages is not used again', async () => {
  const { browser, service } = stage
  for (const change of ['script', 'clock']) {
    const { context } = await takeContext(browser, service)
    if (change === 'script') await context.addInitScript(() => undefined)
    else await context.clock.install()
    await giveBack(context, service)
    expect(browser.contexts()).not.toContain(context)
  }
})

async function leaveEverything(page: Page): Promise<void> {
  await page.evaluate(async () => {
    localStorage.setItem('left', 'over')
    sessionStorage.setItem('left', 'over')
    document.cookie = 'left=over'
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
    }
  })
}
