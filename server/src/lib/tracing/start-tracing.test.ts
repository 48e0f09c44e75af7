import { expect, onTestFinished, test } from 'vitest'
import { onEachDatabase } from '../../../../scripts/testkit/api/kit.ts'
import { startService } from '../../../../scripts/testkit/processes/service.ts'
import { startCollector } from '../../../test/collector.ts'
import { send, stage } from '../../../test/sending.ts'
import { makeLogger } from '../log/log.ts'
import { handOnTrace } from './hand-on-trace.ts'
import { startTracing } from './start-tracing.ts'
import { currentTracer } from './tracer.ts'

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const traceparent = `00-${TRACE}-00f067aa0ba902b7-01`
const SERVER = 2
const CLIENT = 3

async function trace(endpoint: string) {
  const lines: string[] = []
  const log = makeLogger('warn', { write: (line) => void lines.push(line) })
  const stop = await startTracing(endpoint, log)
  onTestFinished(stop)
  onTestFinished(handOnTrace())
  return { stop, lines }
}

onEachDatabase((open) => {
  test('a traced request is a step, and so are its queries and the messages of its events', async () => {
    const collector = await startCollector()
    const { stop } = await trace(collector.url)
    const { api, owner, to, sending, secret } = await stage(await open())
    const made = await owner.agent
      .post('/api/keys?unknown=query-secret')
      .set({ traceparent, 'User-Agent': 'agent-secret' })
      .send({ label: 'label-secret' })
      .expect(201)
    await send(sending)
    const token = await api.serviceToken()
    const verify = (headers: Record<string, string>) =>
      api.request
        .post('/api/auth/verify')
        .set({ Authorization: `Bearer ${token}`, ...headers })
        .send({ key: made.body.key })
        .expect(200)
    await verify({})
    await verify({ traceparent })
    await stop()

    const spans = collector.spans().filter(({ traceId }) => traceId === TRACE)
    const steps = spans.filter(({ kind }) => kind === SERVER)
    expect(steps.map(({ name }) => name)).toEqual(['POST /api/keys', 'POST /api/auth/verify'])
    const [create] = steps
    expect(create).toMatchObject({ parentSpanId: '00f067aa0ba902b7' })
    expect(create?.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/keys',
      'http.request.id': made.headers['x-request-id'],
      'http.response.status_code': 201,
      personId: owner.id,
      organizationId: owner.organizationId,
    })
    const parts = spans.filter(({ parentSpanId }) => parentSpanId === create?.spanId)
    expect(parts.every(({ kind }) => kind === CLIENT)).toBe(true)
    expect(parts.map(({ name }) => name)).toEqual(expect.arrayContaining(['SELECT', 'INSERT']))
    const message = parts.find(({ name }) => name === 'POST')
    expect(message?.attributes).toEqual({
      'http.request.method': 'POST',
      'server.address': '127.0.0.1',
      'http.response.status_code': 200,
    })
    expect(to.received.at(-1)?.headers['traceparent']).toBe(`00-${TRACE}-${message?.spanId}-01`)

    const sent = collector.collected.join('')
    expect(sent).toContain('"service.name","value":{"stringValue":"zentrix-api-keys"}')
    expect(sent).toContain('api_keys') // the search can find
    const cookie = owner.cookie.split('=')[1]!
    for (const text of [made.body.key, token, secret, cookie, '-secret', to.url, '203.0.113'])
      expect(sent).not.toContain(text)
  })
})

test('while the collector does not answer, a few steps wait and the rest is dropped', async () => {
  const collector = await startCollector()
  collector.answer = () => undefined
  const { stop } = await trace(collector.url)
  const tracer = currentTracer()!
  for (let count = 0; count < 10_000; count++) tracer.begin('server', 'GET /', undefined, {}).end()
  await stop()
  expect(collector.spans().length).toBeLessThan(3000)
})

test('a collector that refuses is named in the log', async () => {
  const collector = await startCollector()
  collector.answer = (response) => void response.writeHead(400).end()
  const { stop, lines } = await trace(collector.url)
  currentTracer()!.begin('server', 'GET /', undefined, {}).end()
  await stop()
  expect(lines.join('')).toContain('traces could not be sent')
})

// But for its types of what others may trace, which better-auth loads in any case.
test('the library is loaded only where somebody wants traces', async () => {
  const hook = `import { registerHooks } from 'node:module'
    registerHooks({ load(url, context, next) {
      if (/node_modules.@opentelemetry.(?!api.)/.test(url)) process.stderr.write('loaded ' + url + '\\n')
      return next(url, context)
    } })`
  const NODE_OPTIONS = `--import=data:text/javascript;base64,${Buffer.from(hook).toString('base64')}`
  const collector = await startCollector()
  for (const [endpoint, isLoaded] of [
    ['', false],
    [collector.url, true],
  ] as const) {
    const service = await startService({ NODE_OPTIONS, OTEL_EXPORTER_OTLP_ENDPOINT: endpoint })
    await service.stop()
    expect(service.printed().includes('loaded ')).toBe(isLoaded)
    await service.remove()
  }
  expect(collector.spans().map(({ name }) => name)).toContain('GET /readyz')
})
