import type { Page } from 'playwright-core'
import { untilDrawn } from './focus.ts'

type Watched = Window & { takeShift?: () => number }

/** Has each document of the page add up how far its parts move; before the first `goto`. */
export async function watchShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let sum = 0
    const add = (entries: PerformanceEntryList) => {
      for (const entry of entries) sum += (entry as PerformanceEntry & { value: number }).value
    }
    const observer = new PerformanceObserver((list) => add(list.getEntries()))
    observer.observe({ type: 'layout-shift', buffered: true })
    const watched: Watched = window
    watched.takeShift = () => {
      add(observer.takeRecords())
      const taken = sum
      sum = 0
      return taken
    }
  })
}

/**
 * How far parts have moved since it was last asked, those that moved after an input included.
 *
 * @see https://web.dev/articles/cls
 */
export async function takeShift(page: Page): Promise<number> {
  await untilDrawn(page)
  return page.evaluate(() => (window as Watched).takeShift!())
}
