// `npm run first-load`: how soon a first visit shows the list of keys, on a slow and an ordinary line,
// and what a first visit to each other page loads and moves.
import type { Browser, CDPSession, Page } from 'playwright-core'
import { startService, type Service } from '../../scripts/testkit/processes/service.ts'
import { buildWeb } from '../../scripts/web-build.ts'
import { launchBrowser } from './testkit/browser.ts'

type Line = { name: string; kbitPerSecond: number; latencyMs: number }

const lines: Line[] = [
  { name: '400 kbit/s, 400 ms', kbitPerSecond: 400, latencyMs: 400 },
  { name: '20 Mbit/s, 20 ms', kbitPerSecond: 20_000, latencyMs: 20 },
]

const viewports = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
]

const routes = [
  '/usage',
  '/audit-log',
  '/documentation',
  '/api-keys/revoke-many',
  '/settings',
  '/settings/organization',
  '/settings/members',
  '/settings/service-tokens',
  '/settings/webhooks',
]

const KEYS = 60
const ROUNDS = 3
const TIMEOUT_MS = 120_000

type Visit = {
  firstPaintMs: number
  rowsMs: number
  files: number
  kilobytes: number
  layoutShift: number
}

async function measure(): Promise<void> {
  buildWeb()
  const service = await startService({ ALLOW_SIGN_UP: 'true', LOG_LEVEL: 'error' })
  const browser = await launchBrowser()
  try {
    const cookie = await makeKeys(service)
    for (const line of lines)
      for (const viewport of viewports) {
        const visits: Visit[] = []
        for (let round = 0; round < ROUNDS; round++)
          visits.push(await visit(browser, service, cookie, line, viewport))
        process.stdout.write(`${line.name}, ${viewport.width} wide: ${describe(visits)}\n`)
      }
    for (const route of routes)
      for (const viewport of viewports) {
        const { kilobytes, layoutShift } = await load(browser, service, cookie, route, viewport)
        process.stdout.write(
          `${route}, ${viewport.width} wide: ${kilobytes.toFixed(0)} KB, layout shift ${layoutShift.toFixed(3)}\n`,
        )
      }
  } finally {
    await browser.close()
    await service.remove()
  }
}

/** Signs up and makes the keys; gives the cookie of the session. */
async function makeKeys({ url }: Service): Promise<{ name: string; value: string }> {
  const signedUp = await post(`${url}/api/session/sign-up/email`, {
    name: 'Ada Person',
    email: 'ada@example.com',
    password: 'correct horse battery staple',
  })
  const [line = ''] = signedUp.headers.getSetCookie()
  const [name = '', value = ''] = line.split(';')[0]!.split(/=(.*)/)
  for (let at = 0; at < KEYS; at++)
    await post(`${url}/api/keys`, { label: `Server ${at}` }, { Cookie: `${name}=${value}` })
  return { name, value }
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
  if (!response.ok) throw new Error(`${url} answered ${response.status}`)
  return response
}

async function visit(
  browser: Browser,
  { url }: Service,
  cookie: { name: string; value: string },
  line: Line,
  viewport: { width: number; height: number },
): Promise<Visit> {
  const context = await browser.newContext({ viewport })
  await context.addCookies([{ ...cookie, url }])
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
  await throttle(network, line)
  const loaded = countLoaded(network)
  await page.addInitScript(watchPage)
  await page.goto(`${url}/api-keys`, { waitUntil: 'commit', timeout: TIMEOUT_MS })
  await page.getByText('Server 59').first().waitFor({ timeout: TIMEOUT_MS })
  const rowsMs = await page.evaluate(() => performance.now())
  const atRows = { ...loaded }
  await page.waitForLoadState('networkidle', { timeout: TIMEOUT_MS })
  const seen = await readPage(page)
  await context.close()
  return { rowsMs, ...seen, ...atRows }
}

/** A first visit to a page, until nothing more is loaded. */
async function load(
  browser: Browser,
  { url }: Service,
  cookie: { name: string; value: string },
  route: string,
  viewport: { width: number; height: number },
): Promise<{ kilobytes: number; layoutShift: number }> {
  const context = await browser.newContext({ viewport })
  await context.addCookies([{ ...cookie, url }])
  const page = await context.newPage()
  const network = await context.newCDPSession(page)
  await network.send('Network.enable')
  const loaded = countLoaded(network)
  await page.addInitScript(watchPage)
  await page.goto(url + route, { waitUntil: 'networkidle', timeout: TIMEOUT_MS })
  const { layoutShift } = await readPage(page)
  await context.close()
  return { kilobytes: loaded.kilobytes, layoutShift }
}

async function throttle(network: CDPSession, { kbitPerSecond, latencyMs }: Line): Promise<void> {
  const throughput = (kbitPerSecond * 1000) / 8
  await network.send('Network.enable')
  await network.send('Network.emulateNetworkConditions', {
    offline: false,
    latency: latencyMs,
    downloadThroughput: throughput,
    uploadThroughput: throughput,
  })
}

function countLoaded(network: CDPSession): { files: number; kilobytes: number } {
  const loaded = { files: 0, kilobytes: 0 }
  network.on('Network.loadingFinished', ({ encodedDataLength }) => {
    loaded.files++
    loaded.kilobytes += encodedDataLength / 1024
  })
  return loaded
}

type Seen = { firstPaintMs: number; layoutShift: number }

/** Runs in the page, before anything of its own. */
function watchPage(): void {
  const seen: Seen = { firstPaintMs: Number.NaN, layoutShift: 0 }
  Object.assign(window, { seen })
  new PerformanceObserver((list) => {
    for (const { name, startTime } of list.getEntries())
      if (name === 'first-contentful-paint') seen.firstPaintMs = startTime
  }).observe({ type: 'paint', buffered: true })
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as (PerformanceEntry & { value: number })[])
      seen.layoutShift += entry.value
  }).observe({ type: 'layout-shift', buffered: true })
}

function readPage(page: Page): Promise<Seen> {
  return page.evaluate(() => (window as unknown as { seen: Seen }).seen)
}

function describe(visits: Visit[]): string {
  const middle = (of: keyof Visit) =>
    visits.map((one) => one[of]).toSorted((a, b) => a - b)[Math.floor(visits.length / 2)]!
  const seconds = (of: keyof Visit) => `${(middle(of) / 1000).toFixed(1)} s`
  return (
    `first paint ${seconds('firstPaintMs')}, rows ${seconds('rowsMs')}, ${middle('files')} files ` +
    `and ${middle('kilobytes').toFixed(0)} KB until then, layout shift ${middle('layoutShift').toFixed(3)}`
  )
}

await measure()
