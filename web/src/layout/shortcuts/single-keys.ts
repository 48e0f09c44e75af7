// Someone who steers by voice, or whose hand slips, can turn them off.
// @see WCAG 2.1, success criterion 2.1.4
const NAME = 'single-keys'

/** Whether keys such as `/` do something by themselves. */
export function areSingleKeysOn(): boolean {
  return window.localStorage.getItem(NAME) !== 'off'
}

export function turnSingleKeys(on: boolean): void {
  if (on) window.localStorage.removeItem(NAME)
  else window.localStorage.setItem(NAME, 'off')
}
