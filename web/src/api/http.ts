import { takeEarly } from './early.ts'
import type { Answer, Input, RouteName } from '@zentrix/shared/routes/calls.ts'
import type { ErrorDetail } from '@zentrix/shared/schemas/errors.ts'
import { actingHeaders } from './acting-for.ts'

/** A refusal by the API; `status` is 0 when the API could not be reached. */
export class ApiFailure extends Error {
  readonly status: number
  readonly code: string
  readonly details: ErrorDetail[]
  readonly requestId: string | null

  constructor(
    status: number,
    code: string,
    message: string,
    details: ErrorDetail[] = [],
    requestId: string | null = null,
  ) {
    super(message)
    this.status = status
    this.code = code
    this.details = details
    this.requestId = requestId
  }
}

/** The inputs of routes; `Input` picks those of one route. */
type Parts = {
  params?: Record<string, string>
  query?: Record<string, string | number | null | undefined>
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/**
 * One call of the API, with the session's cookie.
 *
 * @throws {ApiFailure} for every answer but a 2xx, and when there was no answer
 */
export async function call<Name extends RouteName>(
  name: Name,
  input: Input<Name> & { signal?: AbortSignal },
): Promise<Answer<Name>>
export async function call(name: RouteName, input: Parts): Promise<unknown> {
  const response = await request(name, input)
  return reach(async () => {
    const text = await response.text()
    return text === '' ? undefined : JSON.parse(text)
  })
}

/**
 * A call that answers with a file.
 *
 * @throws {ApiFailure} as `call`
 */
export async function callForFile<Name extends RouteName>(
  name: Name,
  input: Input<Name> & object,
): Promise<Blob>
export async function callForFile(name: RouteName, input: Parts): Promise<Blob> {
  const response = await request(name, input)
  return reach(() => response.blob())
}

async function request(name: RouteName, input: Parts): Promise<Response> {
  const [method = ''] = name.split(' ')
  const { body, headers, signal } = input
  const response = await send(toUrl(name, input), {
    method,
    headers: {
      accept: 'application/json',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...actingHeaders(),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
  })
  if (!response.ok) throw toFailure(response, await response.text())
  return response
}

/** Where a route is, such as `/api/keys?status=all`. */
export function urlOf<Name extends RouteName>(name: Name, input: Input<Name> & object): string
export function urlOf(name: RouteName, input: Parts): string {
  return toUrl(name, input)
}

function toUrl(name: RouteName, { params = {}, query = {} }: Parts): string {
  const [, path = ''] = name.split(' ')
  return (
    path.replaceAll(/:(\w+)/g, (_, param) => encodeURIComponent(params[param] ?? '')) +
    toSearch(query)
  )
}

/** The sentence a person reads about any error. */
export function sentenceOf(error: unknown): string {
  return error instanceof ApiFailure ? error.message : 'Something went wrong. Please try again.'
}

/** Whether the API may have done the work although no answer says so. */
export function isOutage(error: Error): boolean {
  return !(error instanceof ApiFailure) || error.status === 0 || error.status >= 500
}

function send(url: string, init: RequestInit): Promise<Response> {
  return reach(async () => {
    const early = init.method === 'GET' ? await takeEarly(url, actingHeaders()) : undefined
    return early ?? fetch(url, init)
  })
}

/** Does what fails when the network does: before an answer begins, or before it ends. */
async function reach<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiFailure(0, 'UNREACHABLE', 'The service cannot be reached. Please try again.')
  }
}

function toSearch(query: NonNullable<Parts['query']>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== '') search.set(name, String(value))
  return search.size === 0 ? '' : `?${search}`
}

// Our own errors say `error`; those under /api/session keep better-auth's `message`.
type ErrorBody = {
  error?: string
  message?: string
  code?: string
  requestId?: string
  details?: ErrorDetail[]
}

function toFailure(response: Response, text: string): ApiFailure {
  const body = parseErrorBody(text)
  return new ApiFailure(
    response.status,
    body.code ?? 'INTERNAL',
    body.error ?? body.message ?? 'The service could not answer. Please try again.',
    body.details,
    body.requestId ?? response.headers.get('x-request-id'),
  )
}

function parseErrorBody(text: string): ErrorBody {
  try {
    return (JSON.parse(text) as ErrorBody | null) ?? {}
  } catch {
    return {} // a proxy in between answered with a page
  }
}
