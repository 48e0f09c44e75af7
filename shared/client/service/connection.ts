// How a process of another service reaches ours: address, token, time limit.
import { VerifyConfigurationError } from './configuration-error.ts'

/** The longest that a timer can run. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

export type ConnectionOptions = {
  /** Where the service is, such as `https://keys.example.com`; a path is kept. */
  url: string
  /** `nassvc_…`, with the scope that the call needs. */
  serviceToken: string
  fetch?: Fetch
}

/** `AbortSignal`, where the compiler of another team knows one: with the types of the DOM or of Node. */
export type Signal = typeof globalThis extends { AbortSignal: { prototype: infer Known } }
  ? Known
  : unknown

/** The part of `fetch` that is used. */
export type Fetch = (
  url: string,
  init: {
    method: 'POST'
    headers: Record<string, string>
    body: string
    redirect: 'manual'
    cache: 'no-store'
    signal: Signal
  },
) => Promise<HttpAnswer>

/** The head of an answer, and its body on demand. */
export type HttpAnswer = { status: number; text: () => Promise<string> }

/** Posts JSON to a path such as `/api/auth/verify`; rejects as `fetch` does, and when `signal` aborts. */
export type Post = (
  path: string,
  body: string,
  signal: Signal,
  headers?: Record<string, string>,
) => Promise<HttpAnswer>

/** @throws {VerifyConfigurationError} for an option that cannot work */
export function connectionTo({ url, serviceToken, fetch: doFetch }: ConnectionOptions): Post {
  const base = baseOf(url)
  // fetch itself refuses such a token, in a message that repeats it.
  if (typeof serviceToken !== 'string' || !/^[\x21-\x7e]+$/.test(serviceToken))
    throw new VerifyConfigurationError('serviceToken must be visible ASCII characters, no spaces')
  const common = {
    Authorization: `Bearer ${serviceToken}`,
    'Content-Type': 'application/json',
    Accept: 'application/json',
  }
  const send: Fetch = doFetch ?? ((target, init) => fetch(target, init))
  return async (path, body, signal, headers) => {
    const answering = send(base + path, {
      method: 'POST',
      headers: { ...common, ...headers },
      body,
      // To follow a redirect would be to hand token and key to another server.
      redirect: 'manual',
      // Some frameworks have a fetch that keeps answers, also to a POST, unless it is told not to.
      cache: 'no-store',
      signal,
    })
    const head = await unlessAborted(answering, signal)
    return { status: head.status, text: () => unlessAborted(head.text(), signal) }
  }
}

/** A fetch of another team may ignore its signal, and then never end. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    Promise.resolve(work).then(resolve, reject)
  })
}

/** @throws {VerifyConfigurationError} for what no timer takes */
export function assertTimeout(timeoutMs: number): void {
  if (!(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS))
    throw new VerifyConfigurationError('timeoutMs must be a positive number of milliseconds')
}

function baseOf(text: string): string {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    throw new VerifyConfigurationError('url must be absolute, such as https://keys.example.com')
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new VerifyConfigurationError('url must begin with https:// or http://')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new VerifyConfigurationError('url must hold no credentials, query or fragment')
  return url.href.endsWith('/') ? url.href.slice(0, -1) : url.href
}
