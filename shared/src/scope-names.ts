// How a scope is written. Free of zod, for code that must not bring it along.

export const MAX_SCOPE_LENGTH = 100
export const MAX_SCOPES = 50
export const scopePattern = /^[a-z0-9_-]+(:[a-z0-9_-]+)*$/

/** Whether `text` may be the name of a scope, such as `widget:token`. */
export function isScope(text: string): boolean {
  return text.length <= MAX_SCOPE_LENGTH && scopePattern.test(text)
}
