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

const MAX_ARROWS = 12

/** Tabs to a key's row, then presses the right arrow until the target in it has the focus. */
export async function arrowTo(page: Page, label: string, target: Locator): Promise<void> {
  await tabTo(page, page.getByRole('row', { name: label }).getByRole('link', { name: label }))
  for (let arrows = 0; arrows < MAX_ARROWS; arrows += 1) {
    if (await isFocused(target)) return
    await page.keyboard.press('ArrowRight')
  }
  throw new Error(`The arrow keys do not reach ${target}`)
}

/** Tabs to a list of choices, then presses the down arrow until it has the value. */
export async function arrowDownTo(page: Page, list: Locator, value: string): Promise<void> {
  await tabTo(page, list)
  for (let arrows = 0; arrows < MAX_ARROWS; arrows += 1) {
    const before = await list.inputValue()
    if (before === value) return
    await page.keyboard.press('ArrowDown')
    await expect.poll(() => list.inputValue()).not.toBe(before)
  }
  throw new Error(`The arrow keys do not reach ${value}`)
}

/** Waits until the target has the focus. */
export async function expectFocus(target: Locator): Promise<void> {
  await target.waitFor()
  await expect.poll(() => elsewhere(target)).toBeNull()
}

async function isFocused(target: Locator): Promise<boolean> {
  return (await elsewhere(target)) === null
}

/** The element with the focus instead of the target; null when the target has it. */
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
