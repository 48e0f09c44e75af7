import { fastify } from 'fastify'
import { expect, onTestFinished, test } from 'vitest'
import { handleErrors } from '../answers/error-handler.ts'
import { makeLogger } from '../../lib/log/log.ts'
import { takeTurns } from './take-turns.ts'

const AT_ONCE = 2
const WAITING = 64

/** An application with a list whose answers the test gives, in the order in which they were asked for. */
async function openLists() {
  const app = fastify({ forceCloseConnections: true })
  handleErrors(app, makeLogger('silent', process.stderr))
  takeTurns(app)
  const begun: PromiseWithResolvers<string>[] = []
  const admitted: string[] = []
  app.addHook('onRequest', (req, _reply, done) => {
    admitted.push(req.url)
    done()
  })
  const answer = () => {
    const answering = Promise.withResolvers<string>()
    begun.push(answering)
    return answering.promise
  }
  app.get('/list', { config: { isLongRead: true } }, answer)
  app.get('/some/*', { config: { isLongRead: (req) => req.url === '/some/list' } }, answer)
  app.get('/other', () => 'other')
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  onTestFinished(() => app.close())
  return { url, begun, admitted }
}

test('two lists are under way, the next is not even authenticated, and others are', async () => {
  const { url, begun, admitted } = await openLists()
  const answers = [0, 1, 2].map(async () => (await fetch(`${url}/list`)).text())
  await expect.poll(() => begun.length).toBe(AT_ONCE)
  expect(await (await fetch(`${url}/other`)).text()).toBe('other')
  expect(admitted).toEqual(['/list', '/list', '/other'])
  begun[0]!.resolve('first')
  await expect.poll(() => begun.length).toBe(AT_ONCE + 1)
  begun[1]!.reject(new Error('a failure ends a turn as well'))
  begun[2]!.resolve('third')
  expect((await Promise.all(answers)).toSorted()).toEqual([
    expect.stringContaining('first'),
    expect.stringContaining('third'),
    expect.stringContaining('INTERNAL'),
  ])
})

test('of a route of many paths those take turns that it names', async () => {
  const { url, begun, admitted } = await openLists()
  const ask = async (path: string) => (await fetch(url + path)).text()
  const answers = ['/list', '/some/list', '/some/list'].map(ask)
  await expect.poll(() => begun.length).toBe(AT_ONCE)
  const other = ask('/some/other')
  await expect.poll(() => admitted).toContain('/some/other')
  await expect.poll(() => begun.length).toBe(AT_ONCE + 1)
  for (const { resolve } of begun) resolve('answer')
  await expect.poll(() => begun.length).toBe(AT_ONCE + 2)
  begun.at(-1)!.resolve('answer')
  expect(new Set(await Promise.all([...answers, other]))).toEqual(new Set(['answer']))
})

test('a client that leaves gives its turn away, begun or not', async () => {
  const { url, begun, admitted } = await openLists()
  const leaving = new AbortController()
  const { signal } = leaving
  const left = [0, 1, 2].map(() => fetch(`${url}/list`, { signal }).catch(() => 'left'))
  await expect.poll(() => begun.length).toBe(AT_ONCE)
  leaving.abort()
  expect(await Promise.all(left)).toEqual(['left', 'left', 'left'])
  const stays = fetch(`${url}/list?stays`)
  await expect.poll(() => admitted).toContain('/list?stays')
  for (const { resolve } of begun) resolve('answer')
  expect(await (await stays).text()).toBe('answer')
})

test('when too many wait, one more is a 503 at once', async () => {
  const { url, begun } = await openLists()
  const asked = Array.from({ length: AT_ONCE + WAITING + 1 }, () => fetch(`${url}/list`))
  expect((await Promise.any(asked)).status).toBe(503)
  for (let at = 0; at < AT_ONCE + WAITING; at++) {
    await expect.poll(() => begun.length).toBeGreaterThan(at)
    begun[at]!.resolve('answer')
  }
  const statuses = (await Promise.all(asked)).map(({ status }) => status)
  expect(statuses.filter((status) => status === 200)).toHaveLength(AT_ONCE + WAITING)
})
