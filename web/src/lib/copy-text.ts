/**
 * Copies text that an element shows. If that fails the element's text is selected, so that a person
 * can copy it by hand.
 *
 * @returns whether the text was copied
 */
export async function copyShown(text: string, shown: HTMLElement | null): Promise<boolean> {
  // Over plain http from another machine there is no clipboard.
  const isCopied = navigator.clipboard === undefined ? false : await writeClipboard(text)
  if (isCopied || shown === null) return isCopied
  selectContents(shown)
  // A clipboard that refuses has been forbidden, and nothing goes around that.
  return navigator.clipboard === undefined && copyNow(text)
}

async function writeClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return false
  }
}

// The only way without a clipboard. It copies what is selected, and says whether it did.
function copyNow(text: string): boolean {
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
  }
  document.addEventListener('copy', fill, { once: true })
  try {
    return document.execCommand('copy')
  } catch {
    return false
  } finally {
    document.removeEventListener('copy', fill)
  }
}

/** Selects what an element shows, so that a person can copy it by keyboard. */
function selectContents(element: HTMLElement) {
  const range = document.createRange()
  range.selectNodeContents(element)
  const selection = document.getSelection()
  selection?.removeAllRanges()
  selection?.addRange(range)
}

/** How a person copies what is selected, on this device. */
export function howToCopy(): string {
  const isTouched = window.matchMedia('(hover: none) and (pointer: coarse)').matches
  return isTouched ? 'Touch the selection and choose Copy' : `Press ${copyShortcut()}`
}

function copyShortcut(): string {
  return /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘C' : 'Ctrl+C'
}
