import { KEY_PREFIX } from '@zentrix/shared/keys/key-format.ts'

/** The secret in a text to search for; it must reach no address. */
export type SoughtSecret =
  | { kind: 'none' }
  | { kind: 'part'; what: 'key' | 'token' }
  | { kind: 'whole'; what: 'key' | 'token'; secret: string }

// The first dozen characters tell a secret from the words of a label, and leave the rest unknown.
// A phone may begin it with a capital letter.
const beginning = /(nas_[0-9a-z]{8}|nassvc_[0-9a-z]{5})[0-9a-z]*/i
const whole = /^(?:nas|nassvc)_[0-9A-Za-z]{32}$/

const invisible = /\p{Default_Ignorable_Code_Point}/gu

/**
 * Recognises a key or service token, whole or begun, wherever it stands in the text; a whole one also
 * where lines broke it.
 */
export function soughtSecret(text: string): SoughtSecret {
  const seen = text.replaceAll(invisible, '')
  const joined = secretIn(seen.replaceAll(/\s/g, ''))
  const found = secretIn(seen)
  return found.kind !== 'whole' && joined.kind === 'whole' ? joined : found
}

function secretIn(text: string): SoughtSecret {
  const [match] = beginning.exec(text) ?? []
  if (match === undefined) return { kind: 'none' }
  const secret = match.replace(/^[^_]+/, (prefix) => prefix.toLowerCase())
  const what = secret.startsWith(KEY_PREFIX) ? 'key' : 'token'
  return whole.test(secret) ? { kind: 'whole', what, secret } : { kind: 'part', what }
}
