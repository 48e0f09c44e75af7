import type { Page } from 'playwright-core'

/** A request that a page of another origin makes a browser send. */
export type Attack = {
  by: 'form' | 'fetch' | 'XMLHttpRequest' | 'beacon' | 'socket' | 'image' | 'script' | 'visit'
  path: string
  method?: string
  body?: string
  type?: string
  headers?: Record<string, string>
  /** Whether it may send a CORS preflight first, for requests that a form cannot send. */
  asksFirst?: boolean
}

const plain = { type: 'text/plain' }
const json = { type: 'application/json', asksFirst: true }
const made = JSON.stringify({ label: 'stolen' })
const signIn = JSON.stringify({ email: 'a@example.com', password: 'correct horse battery' })

/** Attempts to change data of the person who looks at the page. */
export function changes(keyId: string): [string, Attack][] {
  const key = `/api/keys/${keyId}`
  return [
    ['a form', { by: 'form', path: '/api/keys' }],
    ['a form that looks like JSON', { by: 'form', path: '/api/keys', body: made, ...plain }],
    ['a form with parts', { by: 'form', path: '/api/keys', type: 'multipart/form-data' }],
    ['a form that means DELETE', { by: 'form', path: `${key}?_method=DELETE`, ...plain }],
    ['a form that signs out', { by: 'form', path: '/api/session/sign-out', body: '{}', ...plain }],
    ['a request as a form sends it', { by: 'fetch', path: '/api/keys', body: made, ...plain }],
    ['a request without a type', { by: 'fetch', path: '/api/keys', body: made, type: '' }],
    ['a request that signs out', { by: 'fetch', path: '/api/session/sign-out', ...plain }],
    ['a sign-in', { by: 'fetch', path: '/api/session/sign-in/email', body: signIn, ...plain }],
    ['a request with JSON', { by: 'fetch', path: '/api/keys', body: made, ...json }],
    ['a rotation', { by: 'fetch', path: `${key}/rotate`, body: '{"overlapSeconds":0}', ...json }],
    ['a PATCH', { by: 'fetch', method: 'PATCH', path: key, body: '{"enabled":false}', ...json }],
    ['a DELETE', { by: 'fetch', method: 'DELETE', path: key, ...json }],
    [
      'a request that means DELETE',
      { by: 'fetch', path: key, headers: { 'X-HTTP-Method-Override': 'DELETE' }, ...json },
    ],
    ['an XMLHttpRequest', { by: 'XMLHttpRequest', path: '/api/keys', body: made, ...plain }],
    ['a beacon', { by: 'beacon', path: '/api/keys', body: made, ...plain }],
    ['a beacon with JSON', { by: 'beacon', path: '/api/keys', body: made, ...json }],
    ['a visit that means DELETE', { by: 'visit', path: `${key}?_method=DELETE` }],
    ['a visit that signs out', { by: 'visit', path: '/api/session/sign-out' }],
    ['a visit that rotates', { by: 'visit', path: `${key}/rotate` }],
  ]
}

/** Attempts to read data that only the person may see. */
export function readings(keyId: string): [string, Attack][] {
  return ['/api/keys', `/api/keys/${keyId}`, '/api/audit-events', '/api/session/get-session']
    .flatMap((path): Attack[] => [
      { by: 'fetch', method: 'GET', path },
      { by: 'fetch', method: 'GET', path, asksFirst: true },
      { by: 'XMLHttpRequest', method: 'GET', path },
      { by: 'script', path },
      { by: 'image', path },
      { by: 'socket', path },
    ])
    .map((how) => [`${how.by} of ${how.path}`, how])
}

/**
 * Lets `page` attack the service at `url`.
 *
 * @returns the text that the page could read after the answer or the block, or null
 */
export async function attack(page: Page, url: string, how: Attack): Promise<string | null> {
  if (how.by !== 'visit' && how.by !== 'form') return page.evaluate(send, { url, ...how })
  const address = page.url()
  if (how.by === 'visit') await page.goto(url + how.path)
  else await page.evaluate(submit, { url, ...how })
  await page.waitForURL(url + how.path)
  await page.goto(address)
  return null
}

function submit({ url, path, body, type }: Attack & { url: string }): void {
  const form = document.body.appendChild(document.createElement('form'))
  form.method = 'post'
  form.action = url + path
  form.enctype = type ?? 'application/x-www-form-urlencoded'
  const field = form.appendChild(document.createElement('input'))
  // As text, `name=value` is sent as it stands: `{"label":"stolen","x":"` and `"}` make JSON.
  const isText = type === 'text/plain'
  field.name = isText ? `${(body ?? '{}').slice(0, -1)},"x":"`.replace('{,', '{') : 'label'
  field.value = isText ? '"}' : 'stolen'
  form.submit()
}

async function send(how: Attack & { url: string }): Promise<string | null> {
  const { url, path, by, body, type, headers } = how
  const method = how.method ?? 'POST'
  const address = url + path
  const blob = new Blob(body === undefined ? [] : [body], { type: type ?? '' })
  const allHeaders = { ...(type ? { 'Content-Type': type } : {}), ...headers }
  if (by === 'fetch')
    return fetch(address, {
      method,
      credentials: 'include',
      mode: how.asksFirst ? 'cors' : 'no-cors',
      headers: allHeaders,
      ...(method === 'GET' ? {} : { body: type === '' ? blob : (body ?? '{}') }),
    }).then(
      async (response) => (response.type === 'opaque' ? null : response.text()),
      () => null,
    )
  if (by === 'beacon') {
    navigator.sendBeacon(address, blob)
    // The later request is answered later, even if nobody here may read the answer.
    await fetch(`${url}/healthz`, { mode: 'no-cors' }).catch(() => undefined)
    return null
  }
  if (by === 'XMLHttpRequest')
    return new Promise((done) => {
      const request = new XMLHttpRequest()
      request.open(method, address)
      request.withCredentials = true
      if (type) request.setRequestHeader('Content-Type', type)
      request.addEventListener('loadend', () => done(request.responseText || null))
      request.send(method === 'GET' ? null : (body ?? '{}'))
    })
  if (by === 'socket')
    return new Promise((done) => {
      const socket = new WebSocket(address.replace('http', 'ws'))
      socket.addEventListener('open', () => done('open'))
      socket.addEventListener('close', () => done(null))
    })
  return new Promise((done) => {
    const element = document.createElement(by === 'script' ? 'script' : 'img')
    element.addEventListener('load', () => done('load'))
    element.addEventListener('error', () => done(null))
    element.src = address
    document.body.append(element)
  })
}
