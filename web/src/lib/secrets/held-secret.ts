// A secret that is shown only once, or is on its way, must outlive the end of the session.
let held = 0

/** @returns what lets go of it */
export function holdSecret(): () => void {
  held += 1
  return () => {
    held -= 1
  }
}

export function isSecretHeld(): boolean {
  return held > 0
}
