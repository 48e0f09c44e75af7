import type { Service } from '../../../testkit/processes/service.ts'
import { openConnection, requestText, type Answer } from '../../../testkit/load/connection.ts'
import { SERVICE_TOKEN } from '../../../testkit/load/deployment.ts'
import type { Tally } from '../campaign.ts'

export const ORGANIZATION = 'org_crash'
export const AGENT = '550e8400-e29b-41d4-a716-446655440000'

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
  /** As a customer's server. */
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
export function read<T>({ status, body }: Answer, expected = 200): T {
  if (status !== expected) throw new UnexpectedAnswer(status, body)
  return (body === '' ? undefined : JSON.parse(body)) as T
}

export class UnexpectedAnswer extends Error {
  constructor(status: number, body: string) {
    super(`an answer that nobody expected: ${status} ${body}`)
  }
}
