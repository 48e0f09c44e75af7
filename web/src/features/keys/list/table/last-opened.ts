let lastOpenedId: string | null = null

/** Back in the list, the focus returns to the key that was opened. */
export function rememberOpened(id: string) {
  lastOpenedId = id
}

/** A ref for the link of each key in the list; does nothing when something else has the focus. */
export function focusIfLastOpened(id: string) {
  return (link: HTMLElement | null) => {
    if (link === null || lastOpenedId !== id) return
    lastOpenedId = null
    if (document.activeElement === document.body) link.focus()
  }
}
