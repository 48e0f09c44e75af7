import type { Page } from 'playwright-core'
import type { Portal } from '../../testkit/open-portal.ts'
import type { Stage } from '../../testkit/stage.ts'

/** A change that someone makes on a page, and what the page says when its answer is lost. */
export type Scene = {
  /** Opens the page where it is made. */
  open: (stage: Stage) => Promise<Page>
  /** Makes it, and makes it again on a page that has said what became of it. */
  make: (page: Page) => Promise<void>
  unknown: RegExp
  /** The message once the page has looked, after a request that never arrived. */
  notDone: RegExp
} & (
  | {
      /** The page's text once it has looked, after the answer was lost. */
      showsDone: (page: Page) => Promise<void>
    }
  | {
      /** The same, where it is a notice, which goes away by itself. */
      notice: string
    }
)

/** The changes of each route that changes something. */
export type Scenes = Record<string, Record<string, Scene>>

export const expected = /net::ERR|status of 40/

export function waitsForText(text: string | RegExp): (page: Page) => Promise<void> {
  return (page) => page.getByText(text).first().waitFor()
}

export async function openAt({ page }: Portal, path: string, heading: string): Promise<Page> {
  await page.goto(path)
  await page.getByRole('heading', { name: heading }).first().waitFor()
  return page
}

/** Submits the dialog that is open, after `open` has opened and filled it if none is. */
export function inDialog(open: (page: Page) => Promise<unknown>): Scene['make'] {
  return async (page) => {
    const dialog = page.locator('[role=dialog], [role=alertdialog]')
    if ((await dialog.count()) === 0) await open(page)
    await dialog.locator('[type=submit]').click()
  }
}
