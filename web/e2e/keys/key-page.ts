import type { Page } from 'playwright-core'
import { shownKey } from '../testkit/open-portal.ts'

/** Opens a key's menu in the list and chooses to rotate it. */
export async function chooseRotate(page: Page, label: string): Promise<void> {
  await page.getByRole('button', { name: `More actions for ${label}` }).click()
  await page.getByRole('menuitem', { name: 'Rotate' }).click()
  await page.getByRole('dialog', { name: `Rotate ${label}` }).waitFor()
}

/** Rotates from the dialog that is open. @returns the new key, while it is on show */
export async function rotate(page: Page, overlap?: string): Promise<string> {
  const dialog = page.getByRole('dialog')
  if (overlap) await dialog.getByLabel('Both keys work for').selectOption(overlap)
  await dialog.getByRole('button', { name: 'Rotate key' }).click()
  return newKey(page)
}

/** Waits for the reveal. @returns the new key */
export async function newKey(page: Page): Promise<string> {
  await page.getByRole('dialog', { name: 'Your new key' }).waitFor()
  return shownKey(page)
}

/** Copies the key on show and closes its dialog. */
export async function copyAndClose(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Copy key' }).click()
  await page.getByRole('button', { name: 'Copied', exact: true }).waitFor()
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
}

export function side(page: Page, name: 'New key' | 'Old key') {
  return page.getByRole('region', { name: 'Rotation under way' }).getByRole('group', { name })
}
