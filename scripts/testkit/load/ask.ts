import { headerOf, requestText, type Answer, type Connection } from './connection.ts'
import type { Ask, AskKind } from './history.ts'
import type { Key } from './key-pool.ts'
import { Unavailable } from './lasting-connection.ts'

export const AGENT = '550e8400-e29b-41d4-a716-446655440000'

let count = 0
let unanswered = 0

/** How many questions had no answer, or a 503. */
export function takeUnanswered(): number {
  const taken = unanswered
  unanswered = 0
  return taken
}

/**
 * Asks about keys in one write, and notes each answer in its key's history.
 *
 * @throws when an answer is neither a yes nor a no
 */
export async function askAbout(
  connection: Connection,
  serviceToken: string,
  kind: 'verify' | 'check',
  keys: Key[],
): Promise<void> {
  const asked = keys.map((key) => {
    const id = `r${count++}`
    const headers = { 'X-Request-Id': id }
    const request =
      kind === 'verify'
        ? verifyRequest({ ...headers, Authorization: `Bearer ${serviceToken}` }, key)
        : checkRequest({ ...headers, 'X-Service-Token': serviceToken }, key)
    return { key, id, request }
  })
  for (const { key } of asked) key.underWay++
  const answers = connection.send(asked.map(({ request }) => request))
  await Promise.all(
    asked.map(async ({ key, id }, at) => {
      const read = kind === 'verify' ? readVerify : readCheck
      await noteAnswer(key, kind, id, answers[at]!, read)
    }),
  )
}

/** Mints a widget token with a key; undefined when the key was refused. */
export async function mint(connection: Connection, key: Key): Promise<string | undefined> {
  const headers = { Authorization: `Bearer ${key.secret}` }
  const answer = await askAlone(connection, 'mint', key, 'POST /api/widget/token', headers, {
    agentId: AGENT,
  })
  if (answer?.status !== 200) return undefined
  return (JSON.parse(answer.body) as { accessToken: string }).accessToken
}

/** Starts the call of a widget token that was minted with `key`. */
export async function consume(
  connection: Connection,
  serviceToken: string,
  key: Key,
  accessToken: string,
): Promise<void> {
  const headers = { Authorization: `Bearer ${serviceToken}` }
  const path = 'POST /api/internal/calls/consume'
  await askAlone(connection, 'consume', key, path, headers, { accessToken })
}

async function askAlone(
  connection: Connection,
  kind: 'mint' | 'consume',
  key: Key,
  call: `${string} ${string}`,
  headers: Record<string, string>,
  body: object,
): Promise<Answer | undefined> {
  const id = `r${count++}`
  const [method, path] = call.split(' ') as [string, string]
  key.underWay++
  const request = requestText(method, path, { ...headers, 'X-Request-Id': id }, body)
  return noteAnswer(key, kind, id, connection.send([request])[0]!, readUse)
}

function verifyRequest(headers: Record<string, string>, { secret }: Key): string {
  return requestText('POST', '/api/auth/verify', headers, { key: secret })
}

function checkRequest(headers: Record<string, string>, { secret }: Key): string {
  return requestText('GET', '/api/auth/check', { ...headers, Authorization: `Bearer ${secret}` })
}

type Verdict = Pick<Ask, 'code' | 'answeredKeyId'>

function readVerify(answer: Answer): Verdict {
  if (answer.status !== 200) throw unexpected(answer)
  const { code, keyId } = JSON.parse(answer.body) as { code: string; keyId?: string }
  return { code, answeredKeyId: keyId ?? null }
}

function readCheck(answer: Answer): Verdict {
  const code = headerOf(answer, 'X-Auth-Code')
  if (code === undefined || ![200, 401, 403, 429].includes(answer.status)) throw unexpected(answer)
  if ((code === 'VALID') !== (answer.status === 200)) throw unexpected(answer)
  return { code, answeredKeyId: headerOf(answer, 'X-Auth-Key-Id') || null }
}

function readUse(answer: Answer): Verdict {
  const { status, body } = answer
  // From an address with many refusals further refused keys are answered with 429.
  if (status === 401 || status === 429) return { code: 'UNAUTHORIZED', answeredKeyId: null }
  if (status !== 200) throw unexpected(answer)
  return { code: 'VALID', answeredKeyId: (JSON.parse(body) as { keyId?: string }).keyId ?? null }
}

/** Notes an answer in the key's history; undefined when there is none, or a 503. */
async function noteAnswer(
  key: Key,
  kind: AskKind,
  id: string,
  answering: Promise<Answer>,
  read: (answer: Answer) => Verdict,
): Promise<Answer | undefined> {
  try {
    const answer = await answering
    const { startMs, endMs } = answer
    const verdict = read(answer)
    const isOwnAnswer = headerOf(answer, 'X-Request-Id') === id
    key.history.asks.push({ kind, startMs, endMs, ...verdict, isOwnAnswer })
    return answer
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error
    unanswered++
    return undefined
  } finally {
    key.underWay--
  }
}

/** An answer that the run has no use for. */
export function unexpected({ status, body }: Answer): Error {
  const message = `an unexpected answer: ${status} ${body.slice(0, 300)}`
  return status === 503 ? new Unavailable(message) : new Error(message)
}
