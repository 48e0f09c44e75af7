import { accessRules, type Access } from '../../src/http/access-rules.ts'
import type { TestApi } from '../../../scripts/testkit/api/kit.ts'
import type { Credential } from './principals.ts'
import type { Asked } from './requests.ts'
import type { Stage } from './stage.ts'

export type Answer = { status: number; text: string; headers: Headers }

/** Sends one request as one principal, the credential where the route looks for its kind. */
export async function ask(
  api: TestApi,
  route: string,
  access: Access | undefined,
  credential: Credential,
  asked: Asked,
  stage: Stage,
): Promise<Answer> {
  const [method = '', path = ''] = route.replace('ANY ', 'PROPFIND ').split(' ')
  const url = new URL(
    path
      .replace(/:(?:id|name)/, asked.id ?? 'x')
      .replace(':deliveryId', asked.deliveryId ?? 'x')
      .replace('*', 'x'),
    api.address,
  )
  for (const [name, value] of Object.entries(asked.query ?? {})) url.searchParams.set(name, value)
  const isForGateway = access !== undefined && accessRules[access].by === 'gateway'
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers: {
      Accept: 'text/html',
      ...(isForGateway
        ? { ...asGateway(credential), 'X-API-Key': (await stage.key()).key }
        : asCaller(credential)),
      ...(asked.body && { 'Content-Type': 'application/json' }),
    },
    ...(asked.body && { body: JSON.stringify(asked.body) }),
  })
  return { status: response.status, text: await response.text(), headers: response.headers }
}

function asCaller({ cookie, authorization, organizationId }: Credential): Record<string, string> {
  return {
    ...(cookie !== undefined && { Cookie: cookie }),
    ...(authorization !== undefined && { Authorization: authorization }),
    ...(organizationId !== undefined && { 'X-Organization-Id': organizationId }),
  }
}

/** A gateway has a header of its own, without a scheme. */
function asGateway({ cookie, authorization }: Credential): Record<string, string> {
  return {
    ...(cookie !== undefined && { Cookie: cookie }),
    ...(authorization !== undefined && {
      'X-Service-Token': authorization.replace(/^Bearer ?/, ''),
    }),
  }
}

/** An answer as the table has it: its status, and `-` when there was none. */
export function outcomeOf({ status, text }: Answer): string {
  const isEmpty = ['null', '[]'].includes(text) || text.startsWith('{"valid":false')
  return isEmpty ? `${status}-` : `${status}`
}

/** The flaws of a refusal's answer; none, as a rule. */
export function faultsOf(route: string, { status, text, headers }: Answer): string[] {
  const faults: string[] = []
  if (!headers.get('X-Request-Id')) faults.push('no X-Request-Id')
  if (status < 400) return faults
  const { code } = JSON.parse(text) as { code?: string }
  const isOurs = !route.includes('/api/session/')
  if (isOurs && !codesOf[status]?.includes(code ?? '')) faults.push(`${status} with ${code}`)
  if (!isOurs && code === undefined) faults.push(`${status} without a code`)
  if (headers.get('Cache-Control') !== 'no-store') faults.push(`${status} may be stored`)
  const challenge = headers.get('WWW-Authenticate')
  if (status === 401 && !challenge?.startsWith('Bearer realm="nas"'))
    faults.push('401 without a challenge')
  return faults
}

const codesOf: Record<number, string[]> = {
  400: ['INVALID_INPUT'],
  401: ['UNAUTHORIZED'],
  403: ['FORBIDDEN', 'INSUFFICIENT_SCOPE'],
  404: ['NOT_FOUND', 'AGENT_NOT_FOUND'],
}
