import type { Page, Route } from 'playwright-core'

/** The network is cut at a request: before it arrives, or before its answer does. */
export const cuts = ['the request never arrived', 'the answer was lost'] as const
export type Cut = (typeof cuts)[number]

/**
 * Cuts the network at the first request of the kind, and at all later ones until it is mended.
 *
 * @returns mends it, and tells the page that it is back
 */
export async function cutAt(
  page: Page,
  method: string,
  path: RegExp,
  cut: Cut,
): Promise<() => Promise<void>> {
  let isDown = false
  let isMended = false
  await page.route(/\/api\//, async (route) => {
    const request = route.request()
    const isIt = request.method() === method && path.test(new URL(request.url()).pathname)
    if (!isIt && !isDown) return route.continue().catch(unlessMended)
    const isFirst = isIt && !isDown
    isDown = true
    if (isFirst && cut === 'the answer was lost') await arrive(route)
    return route.abort().catch(unlessMended)
  })
  // To mend it lets go of the requests under way.
  function unlessMended(error: unknown): void {
    if (!isMended) throw error
  }
  return async () => {
    isMended = true
    await page.unroute(/\/api\//)
    await page.evaluate(() => window.dispatchEvent(new Event('online')))
  }
}

/** The request arrives; the cookies of its answer are lost with it. */
async function arrive(route: Route): Promise<void> {
  const context = route.request().frame().page().context()
  const cookies = await context.cookies()
  await route.fetch()
  await context.clearCookies()
  await context.addCookies(cookies)
}
