import { fastify, type FastifyBaseLogger } from 'fastify'
import { expect, test } from 'vitest'
import { makeLogger } from '../../lib/log/log.ts'
import { answerInTime } from './answer-in-time.ts'
import { handleErrors } from './error-handler.ts'

test('a request without an answer in time gets a 503, and a late answer goes to nobody', async () => {
  const lines: string[] = []
  const log = makeLogger('info', { write: (line) => void lines.push(line) })
  const app = fastify({ loggerInstance: log as FastifyBaseLogger })
  handleErrors(app, log)
  answerInTime(app, log, 20)
  const late = Promise.withResolvers<void>()
  app.get('/late', () => late.promise)
  const address = await app.listen({ host: '127.0.0.1', port: 0 })
  for (let count = 0; count < 3; count++) {
    const answer = await fetch(`${address}/late`)
    expect(answer.status).toBe(503)
    expect(await answer.json()).toMatchObject({ code: 'UNAVAILABLE' })
  }
  late.reject(new Error('too late'))
  await app.close()
  const told = lines.filter((line) => JSON.parse(line).level !== 'info')
  expect(told).toHaveLength(1)
  expect(told[0]).not.toContain('stack')
})
