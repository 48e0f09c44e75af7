import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

const MAX_TABS = 60

/** Presses Tab until the target has the focus. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let tabs = 0; tabs < MAX_TABS; tabs += 1) {
    if (await isFocused(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target}`)
}

/** Waits until the target has the focus. */
export async function expectFocus(target: Locator): Promise<void> {
  await target.waitFor()
  await expect.poll(() => elsewhere(target)).toBeNull()
}

async function isFocused(target: Locator): Promise<boolean> {
  return (await elsewhere(target)) === null
}

/** What has the focus instead of the target; null when the target has it. */
function elsewhere(target: Locator): Promise<string | null> {
  return target.evaluate((element) => {
    const focused = document.activeElement
    return focused === element ? null : (focused?.outerHTML.slice(0, 200) ?? 'nothing')
  })
}

/** Waits until what left the page has let go of the keyboard, which is after the next frame. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  )
}
