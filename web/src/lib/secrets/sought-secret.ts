import { KEY_PREFIX } from '@zentrix/shared/keys/key-format.ts'

/** The secret in a text to search for; it must reach no address. */
export type SoughtSecret =
  | { kind: 'none' }
  | { kind: 'part'; what: 'key' | 'token' }
  | { kind: 'whole'; what: 'key' | 'token'; secret: string }

// The first dozen characters tell a secret from the words of a label, and leave the rest unknown.
const beginning = /(nas_[0-9A-Za-z]{8}|nassvc_[0-9A-Za-z]{5})[0-9A-Za-z]*/
const whole = /^(?:nas|nassvc)_[0-9A-Za-z]{32}$/

/** Recognises a key or service token, whole or begun, wherever it stands in the text. */
export function soughtSecret(text: string): SoughtSecret {
  const [secret] = beginning.exec(text) ?? []
  if (secret === undefined) return { kind: 'none' }
  const what = secret.startsWith(KEY_PREFIX) ? 'key' : 'token'
  return whole.test(secret) ? { kind: 'whole', what, secret } : { kind: 'part', what }
}
