import type { Page } from 'playwright-core'
import { openPortal, shownKey } from '../testkit/open-portal.ts'
import { issueKey, makePerson } from '../testkit/person.ts'
import type { Stage } from '../testkit/stage.ts'

export const LABEL = 'Production server'

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

/** Every way to leave a dialog that shows a secret. */
export const waysOut: [string, (page: Page) => Promise<unknown>][] = [
  ['Done', (page) => page.getByRole('button', { name: 'Done' }).click()],
  ['the X', (page) => page.getByRole('button', { name: 'Close' }).click()],
  ['Escape', (page) => page.keyboard.press('Escape')],
  ['a click outside', (page) => page.mouse.click(5, 300)],
  ['Back', (page) => page.evaluate(() => history.back())],
]

/** Leaves the form of a dialog. */
export async function leaveForm(page: Page, way: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await dialog.waitFor()
  if (way === 'Escape') await page.keyboard.press('Escape')
  else if (way === 'Back') await page.evaluate(() => history.back())
  else await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'detached' })
}

/** Runs in the page: nothing is copied by itself; its clipboard `refuses`, or is missing. */
export function breakCopying(state: string): void {
  document.execCommand = () => false
  const writeText = () => Promise.reject(new DOMException('Denied', 'NotAllowedError'))
  const value = state === 'refuses' ? { writeText } : undefined
  Object.defineProperty(navigator, 'clipboard', { value })
}

type ListOptions = {
  expected?: RegExp
  settings?: object
  isFirstVisit?: boolean
  prepare?: (page: Page) => unknown
}

/** The list of a person with one key. */
export async function openList(
  stage: Stage,
  { expected, settings, isFirstVisit = false, prepare }: ListOptions = {},
) {
  const person = await makePerson(stage.service)
  const key = await issueKey(stage.service, person, LABEL, { ...settings })
  const { page } = await openPortal(stage, {
    as: person,
    isFirstVisit,
    ...(expected ? { expected } : {}),
  })
  await prepare?.(page)
  await page.goto('/api-keys')
  await page.getByRole('row', { name: LABEL }).waitFor()
  return { page, person, key }
}
