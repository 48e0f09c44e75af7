/** Whether a text holds a whole key or service token. */
export function holdsSecret(text: string): boolean {
  return /nas(?:svc)?_[0-9A-Za-z]{32}/.test(text)
}
