import type { Exchange } from './record-http.ts'

/** API keys, service tokens and widget tokens, as they look anywhere. */
export const shapedSecret = /nas(?:svc)?_[0-9A-Za-z]{32}|eyJ[\w-]+\.[\w-]+\.[\w-]+/g

// Shorter texts turn up by chance, such as a code of six digits.
const MIN_LENGTH = 10

const session = /^(GET|POST) \/api\/session\//

/** The calls whose answers give such a secret out; in any other answer it is a leak. */
const issuers = {
  key: /^POST \/api\/keys(\/[^/]+\/rotate)?$/,
  serviceToken: /^POST \/api\/service-tokens$/,
  widgetToken: /^POST \/api\/widget\/token$/,
  secondFactor: /^POST \/api\/session\/two-factor\//,
  portalLink: /^POST \/api\/portal-sessions$/,
  invitation: session, // people who may invite see the links again
  credential: undefined,
}

export type Kind = keyof typeof issuers

/** The secrets of one service: what it has given out, and what it was sent. */
export type KnownSecrets = {
  kinds: Map<string, Kind>
  /** Those among them that have no shape to look for. */
  shapeless: string[]
}

export function isIssuedBy(kind: Kind, { call, status }: Exchange): boolean {
  return status < 300 && issuers[kind]?.test(call) === true
}

export function note(known: KnownSecrets, secret: string | undefined, kind: Kind): void {
  if (secret === undefined || secret.length < MIN_LENGTH || known.kinds.has(secret)) return
  // Generated requests have these as keys and as names of fields, and a refusal repeats the names.
  if (secret in Object.prototype) return
  known.kinds.set(secret, kind)
  if (secret.replace(shapedSecret, '') !== '') known.shapeless.push(secret)
}

/** Adds the secrets that an exchange holds by the nature of the call. */
export function noteSecrets(known: KnownSecrets, exchange: Exchange): void {
  const { call, sent, answered } = exchange
  for (const [secret] of answered.body.matchAll(shapedSecret))
    if (isIssuedBy(kindOf(secret), exchange)) note(known, secret, kindOf(secret))
  if (isIssuedBy('secondFactor', exchange))
    for (const [secret] of answered.body.matchAll(/(?<=secret=)[A-Z2-7]+|(?<=")\w{5}-\w{5}(?=")/g))
      note(known, secret, 'secondFactor')
  if (isIssuedBy('invitation', exchange))
    for (const [, proof] of answered.body.matchAll(/"id":"[\w-]+\.([\w-]{22})"/g))
      note(known, proof, 'invitation')

  if (isIssuedBy('portalLink', exchange))
    note(known, /#token=([\w-]+)/.exec(answered.body)?.[1], 'portalLink')

  const { authorization, cookie } = sent.headers
  note(known, authorization?.replace(/^\w+ /, ''), 'credential')
  for (const name of ['x-api-key', 'x-service-token', 'idempotency-key'])
    note(known, sent.headers[name]?.toString(), 'credential')
  // The part before the dot names a session; only the signature after it makes it a credential.
  for (const text of [cookie, answered.cookies])
    for (const [, signature] of (text ?? '').matchAll(/nas\.\w+=[^;"]+\.([\w%+/=-]{40,})/g))
      note(known, decodeURIComponent(signature!), 'credential')
  for (const [, value] of sent.body.matchAll(/"(?:\w*[pP]assword|accessToken|key)":"([^"\\]+)"/g))
    note(known, value, 'credential')
  if (call.endsWith('/reset-password'))
    note(known, /"token":"([\w-]+)"/.exec(sent.body)?.[1], 'credential')
}

function kindOf(shaped: string): Kind {
  if (shaped.startsWith('nassvc_')) return 'serviceToken'
  return shaped.startsWith('nas_') ? 'key' : 'widgetToken'
}

/** The known secrets in a text. */
export function secretsIn(text: string, { kinds, shapeless }: KnownSecrets): string[] {
  const shaped = [...text.matchAll(shapedSecret)].map(([secret]) => secret)
  return [
    ...shaped.filter((secret) => kinds.has(secret)),
    ...shapeless.filter((secret) => text.includes(secret)),
  ]
}
