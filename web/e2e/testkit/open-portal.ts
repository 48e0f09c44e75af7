import type { BrowserContext, Page } from 'playwright-core'
import { expect, onTestFinished } from 'vitest'
import { giveBack, newContext, takeContext } from './context-pool.ts'
import type { Person } from './person.ts'
import type { Stage } from './stage.ts'

export type Portal = {
  context: BrowserContext
  page: Page
  /** Another tab of the same browser, watched like the first. */
  newTab(): Promise<Page>
}

type Options = {
  as?: Person
  viewport?: { width: number; height: number }
  hasTouch?: boolean
  isMobile?: boolean
  /** The browser has no files of the portal yet, which otherwise an earlier test may have fetched. */
  isFirstVisit?: boolean
  /** Console messages that the test provokes. */
  expected?: RegExp
}

/**
 * Opens a browser profile that holds nothing of an earlier test. The test fails at its end if a page
 * had an error or a warning in its console, threw, or asked any other host for anything.
 */
export async function openPortal(
  { browser, service }: Stage,
  { as, expected, isFirstVisit = false, ...device }: Options = {},
): Promise<Portal> {
  const isPooled = !isFirstVisit && Object.keys(device).length === 0
  const { context, page } = isPooled
    ? await takeContext(browser, service)
    : await newContext(browser, service, device)
  if (as) await context.addCookies([{ ...as.cookie, url: service.url }])
  const problems: string[] = []
  const watched = (tab: Page) => watch(tab, service.url, expected, problems)
  onTestFinished(async () => {
    await (isPooled ? giveBack({ context, page }, service) : context.close())
    expect(problems).toEqual([])
  })
  return {
    context,
    page: watched(page),
    newTab: async () => watched(await context.newPage()),
  }
}

function watch(page: Page, origin: string, expected: RegExp | undefined, problems: string[]): Page {
  page.on('console', (message) => {
    const isComplaint = ['error', 'warning', 'assert'].includes(message.type())
    if (isComplaint && !expected?.test(message.text()))
      problems.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => problems.push(`exception: ${error.stack ?? error.message}`))
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) problems.push(`elsewhere: ${request.url()}`)
  })
  return page
}

/** Fires the event that a browser fires when the person comes back to its window. */
export async function comeBack(page: Page): Promise<void> {
  await page.evaluate(() => window.dispatchEvent(new Event('focus')))
}

/** Fills the dialog that is open, and waits for the reveal. @returns the key */
export async function fillNewKey(page: Page, label: string): Promise<string> {
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Label').fill(label)
  await dialog.getByRole('button', { name: 'Generate key' }).click()
  return shownKey(page)
}

export async function shownKey(page: Page): Promise<string> {
  const key = await page.getByRole('dialog').getByText(/^nas_/).innerText()
  expect(key).toMatch(/^nas_[0-9A-Za-z]{32}$/)
  return key
}
