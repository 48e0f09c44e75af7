import type { Service } from '../../../testkit/processes/service.ts'
import { openConnection, requestText, type Answer } from '../../../testkit/load/connection.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import type { Tally } from '../campaign.ts'

export const ORGANIZATION = 'org_crash'
export const AGENT = '550e8400-e29b-41d4-a716-446655440000'

// The service waits 3 seconds for a turn to write, and 8 for any answer. A 503 that comes sooner is none
// of the machine's doing.
const LATE_MS = 3000
const PATIENCE_MS = 60_000

export type Request = {
  method: string
  path: string
  body?: object
  idempotencyKey?: string | undefined
}

/** A connection to a service. */
export type Caller = {
  /** As another service that may do everything. @throws when the connection ends first */
  call(request: Request): Promise<Answer>
  /** As a customer's server, or as another service. */
  callWithKey(secret: string, request: Request): Promise<Answer>
  /** Several questions in one write. */
  verify(secrets: string[]): Promise<Answer>[]
  close(): void
}

export async function openCaller({ url }: Service, tally: Tally): Promise<Caller> {
  const connection = await openConnection(Number(new URL(url).port))
  const send = (texts: string[]) => {
    tally.requests += texts.length
    return connection.send(texts)
  }
  const textOf = (bearer: string, { method, path, body, idempotencyKey }: Request) => {
    const headers = {
      Authorization: `Bearer ${bearer}`,
      'X-Organization-Id': ORGANIZATION,
      ...(idempotencyKey !== undefined && { 'Idempotency-Key': idempotencyKey }),
    }
    return requestText(method, path, headers, body)
  }
  return {
    call: (request) => send([textOf(SERVICE_TOKEN, request)])[0]!,
    callWithKey: (secret, request) => send([textOf(secret, request)])[0]!,
    verify: (secrets) =>
      send(
        secrets.map((key) =>
          textOf(SERVICE_TOKEN, { method: 'POST', path: '/api/auth/verify', body: { key } }),
        ),
      ),
    close: () => connection.close(),
  }
}

/** The body of an answer. @throws when it is not the expected one */
export function read<T>(answer: Answer, expected = 200): T {
  const { status, body } = answer
  if (status !== expected) throw new UnexpectedAnswer(answer)
  return (body === '' ? undefined : JSON.parse(body)) as T
}

class UnexpectedAnswer extends Error {
  readonly answer: Answer

  constructor(answer: Answer) {
    const { status, body, startMs, endMs } = answer
    super(
      `after ${Math.round(endMs - startMs)} ms an answer that nobody expected: ${status} ${body}`,
    )
    this.answer = answer
  }
}

/** Whether the machine was so busy that the service gave up; see LATE_MS. */
export function isLate(error: unknown): boolean {
  if (!(error instanceof UnexpectedAnswer)) return false
  const { status, startMs, endMs } = error.answer
  return status === 503 && endMs - startMs >= LATE_MS
}

/** Asks again what was answered too late. Only for what may be asked twice. */
export async function untilInTime<T>(ask: () => Promise<T>): Promise<T> {
  const untilMs = performance.now() + PATIENCE_MS
  for (;;)
    try {
      return await ask()
    } catch (error) {
      if (!isLate(error) || performance.now() > untilMs) throw error
    }
}

/** A caller of requests that may be made twice; its last answer counts. */
export function patient(caller: Caller): Caller {
  const patiently = (ask: () => Promise<Answer>) =>
    untilInTime(async () => {
      const answer = await ask()
      if (answer.status === 503) throw new UnexpectedAnswer(answer)
      return answer
    }).catch((error: unknown) => {
      if (error instanceof UnexpectedAnswer) return error.answer
      throw error
    })
  return {
    ...caller,
    call: (request) => patiently(() => caller.call(request)),
    callWithKey: (secret, request) => patiently(() => caller.callWithKey(secret, request)),
  }
}
