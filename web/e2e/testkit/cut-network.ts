import type { Page, Request, Route } from 'playwright-core'

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
  return cutWhere(
    page,
    from((request) => isIt(request, method, path), cut),
  )
}

/** Whether a request has this method and a path that fits. */
export function isIt(request: Request, method: string, path: RegExp): boolean {
  return request.method() === method && path.test(new URL(request.url()).pathname)
}

function from(isFirst: (request: Request) => boolean, cut: Cut) {
  let isDown = false
  return (request: Request): Cut | null => {
    if (isDown) return 'the request never arrived'
    isDown = isFirst(request)
    return isDown ? cut : null
  }
}

/** Cuts the network at a change and from then on; at a read again and again, while all else passes. */
export async function cutAtKind(page: Page, kind: string, cut: Cut) {
  const mended = Promise.withResolvers<void>()
  const happened = Promise.withResolvers<void>()
  const isRead = kind.startsWith('GET')
  const isOfKind = (request: Request) => kindOf(request) === kind
  const find = isRead ? (request: Request) => (isOfKind(request) ? cut : null) : from(isOfKind, cut)
  const mend = await cutWhere(page, (request) => {
    const found = find(request)
    if (found !== null) happened.resolve()
    return found
  })
  return {
    happened: happened.promise,
    mended: mended.promise,
    async mend() {
      await mend()
      mended.resolve()
    },
  }
}

/** Tells the requests of the API apart, such as `GET /api/keys/:id/usage?from=`; null for others. */
export function kindOf(request: Request): string | null {
  const { pathname, search } = new URL(request.url())
  if (!pathname.startsWith('/api/')) return null
  return `${request.method()} ${pathname}${search}`
    .replaceAll(/\b(key|org|usr)_\w+/g, ':id')
    .replaceAll(/\b(from|to|cursor)=[^&]*/g, '$1=')
}

async function cutWhere(page: Page, find: (request: Request) => Cut | null) {
  let isMended = false
  await page.route(/\/api\//, async (route) => {
    const cut = find(route.request())
    if (cut === null) return route.continue().catch(unlessMended)
    if (cut === 'the answer was lost') await arrive(route)
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
