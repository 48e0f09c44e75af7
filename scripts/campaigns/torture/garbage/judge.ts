import { errorStatuses } from '../../../../shared/src/error-codes.ts'
import { MARK } from './mutate.ts'
import { headerOf, type Answer } from './raw/wire.ts'

/** No answer may hold these: our source, our SQL, our paths. */
const insides =
  /\n\s+at |node_modules|\.[jt]s:\d+|file:\/\/|SQLITE_|sqlite|kysely|postgres|relation "|duplicate key|violates|insert into|syntax error at|ECONN|TypeError|RangeError|SyntaxError|ZodError|FST_ERR|HPE_/i

/** The promises that an answer breaks, in words; empty when it keeps them all. */
export function brokenPromises(
  { status, head, body }: Answer,
  { method, target, secrets }: { method: string; target: string; secrets: string[] },
): string[] {
  const broken: string[] = []
  if (!(status >= 200 && status < 500) && status !== 503) broken.push('status')
  const requestId = headerOf(head, 'x-request-id')
  if (!/^[A-Za-z0-9_.-]{1,64}$/.test(requestId ?? '')) broken.push('no X-Request-Id')
  if (/\r\nx-injected/i.test(head)) broken.push('a header was injected')
  if (status < 400) return broken
  if (status === 401 && !headerOf(head, 'www-authenticate')) broken.push('no WWW-Authenticate')
  if (status === 429 && !headerOf(head, 'retry-after')) broken.push('no Retry-After')
  const told = head + body
  if (told.includes(MARK)) broken.push('repeats what was sent')
  if (secrets.some((secret) => told.includes(secret))) broken.push('tells a secret')
  if (insides.test(body)) broken.push('shows its insides')
  if (method !== 'HEAD' && isForApi(target)) {
    const isSession = target.includes('/api/session')
    broken.push(...brokenShape({ status, head, body }, requestId, isSession))
  }
  return broken
}

function isForApi(target: string): boolean {
  return /^\/api(\/|\?|$)/.test(target)
}

function brokenShape(
  { status, head, body }: Answer,
  requestId: string | undefined,
  isSession: boolean,
) {
  if (!headerOf(head, 'content-type')?.startsWith('application/json'))
    return ['the error is no JSON']
  const error = parsed(body)
  if (typeof error?.['code'] !== 'string') return ['the error has no code']
  if (isSession) return [] // better-auth's shape
  const { code } = error
  const isKnown = Object.hasOwn(errorStatuses, code)
  const isRightStatus = errorStatuses[code as keyof typeof errorStatuses] === status
  return [
    ...(isKnown ? [] : ['the code is unknown']),
    // Before any route there is one code for all that is malformed: 408, 417; headers that are too
    // large have that of a body.
    ...(isRightStatus ||
    code === 'INVALID_INPUT' ||
    code === 'RATE_LIMITED' ||
    (code === 'PAYLOAD_TOO_LARGE' && status === 431)
      ? []
      : ["the status is another code's"]),
    ...(typeof error['error'] === 'string' && error['error'] !== ''
      ? []
      : ['the error has no sentence']),
    ...(error['requestId'] === requestId ? [] : ['the error has another requestId']),
  ]
}

function parsed(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body) as Record<string, unknown>
  } catch {
    return undefined
  }
}
