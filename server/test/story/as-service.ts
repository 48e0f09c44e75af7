import { expect } from 'vitest'
import type { Service } from '../../../scripts/testkit/processes/service.ts'

/** The one that calls name; it has to be put into the catalog first. */
export const ORGANIZATION = 'org_story'

/** Makes a service token with the command an operator would use, beside the running service. */
export async function makeServiceToken(service: Service, scopes: string): Promise<string> {
  const made = await service.keys('service-token', 'create', '--name', 'Voice', '--scopes', scopes)
  expect(made.code, made.stderr).toBe(0)
  return made.stdout.trim()
}

export type Answer = { status: number; body: unknown }

/** Calls the internal API as another service. */
export async function callService(
  service: Service,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer> {
  const response = await fetch(service.url + path, {
    method,
    headers: {
      Authorization: `Bearer ${token}`,
      'X-Organization-Id': ORGANIZATION,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}
