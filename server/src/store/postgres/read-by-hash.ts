import type { CompiledQuery, UnknownRow } from 'kysely'
import type pg from 'pg'
import { hashHead } from '../../crypto/hash.ts'
import { isConnectionFailure, OverloadError } from '../../lib/failures.ts'
import { UnreadableError } from '../../lib/reading/read-values.ts'
import { withIsoTimestamps } from './timestamps.ts'
import type { ReadByHash } from '../interface/open-database.ts'

// While so many queries are under way, questions gather for the next: the busier the service, the
// fewer queries a question costs.
const MAX_QUERIES = 4
const MAX_HASHES_IN_A_QUERY = 1000
// More than the database can answer in time: refuse further questions at once.
const MAX_WAITING = 10_000

type Question<Row> = { hash: Buffer; reply: PromiseWithResolvers<Row | undefined> }

/** Asks for all hashes of one turn of the event loop, or of several, in one prepared query. */
export function postgresReadByHash<Row>(
  pool: pg.Pool,
  query: CompiledQuery<Row & { hash: Buffer }>,
  name: string,
): ReadByHash<Row> {
  const waiting: Question<Row>[] = []
  let queriesUnderWay = 0
  let isSendingSoon = false

  function sendSoon(): void {
    if (isSendingSoon || waiting.length === 0 || queriesUnderWay >= MAX_QUERIES) return
    isSendingSoon = true
    setImmediate(() => {
      isSendingSoon = false
      void send(waiting.splice(0, MAX_HASHES_IN_A_QUERY))
      sendSoon()
    })
  }

  async function send(asked: Question<Row>[]): Promise<void> {
    queriesUnderWay++
    try {
      const hashes = asked.map(({ hash }) => hash)
      const values = [hashes.map(hashHead), hashes]
      const { rows } = await pool.query<UnknownRow & { hash: Buffer }>({
        name,
        text: query.sql,
        values,
      })
      const found = new Map<string, Row>()
      for (const row of rows) found.set(row.hash.toString('binary'), withIsoTimestamps<Row>(row))
      for (const { hash, reply } of asked) reply.resolve(found.get(hash.toString('binary')))
    } catch (error) {
      // One unreadable row does not make the others unreadable.
      if (error instanceof UnreadableError && asked.length > 1) {
        for (const question of asked) await send([question])
        return
      }
      // A server that has left some without an answer for seconds would keep the rest as long.
      const lost = isConnectionFailure(error) ? [...asked, ...waiting.splice(0)] : asked
      for (const { reply } of lost) reply.reject(error)
    } finally {
      queriesUnderWay--
      sendSoon()
    }
  }

  return async (hash) => {
    if (waiting.length >= MAX_WAITING)
      throw new OverloadError('Too many questions wait for the database')
    const reply = Promise.withResolvers<Row | undefined>()
    waiting.push({ hash, reply })
    sendSoon()
    return reply.promise
  }
}
