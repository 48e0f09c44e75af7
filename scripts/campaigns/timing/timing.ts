// `npm run timing`: whether the time of an answer tells what the answer does not.
import { randomUUID } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createDatabase, startPostgres } from '../../testkit/processes/postgres.ts'
import { startService } from '../../testkit/processes/service.ts'
import { openConnection, type Connection } from '../../testkit/load/connection.ts'
import { randomFrom, type Random } from '../../testkit/load/random.ts'
import { compare } from './compare.ts'
import { describeSubject, type Row } from './report.ts'
import { makeStock } from './stock.ts'
import { subjectsOf, type Subject } from './subjects.ts'

const { values } = parseArgs({
  options: {
    // How many times each kind is asked.
    samples: { type: 'string', default: '5000' },
    seed: { type: 'string', default: `${Date.now() % 1_000_000}` },
    // A part of the names of what is to be measured; everything unless told.
    only: { type: 'string', default: '' },
    postgres: { type: 'boolean', default: false },
  },
})
const samples = Number(values.samples)
const random = randomFrom(Number(values.seed))

const settings = {
  ALLOW_SIGN_UP: 'true',
  RATE_LIMIT_PER_MINUTE: '1000000',
  TRUST_PROXY: '1',
  LOG_LEVEL: 'warn',
}

async function main(): Promise<void> {
  if (!(samples >= 100)) throw new Error('--samples must be a number from 100 on')
  const postgres = values.postgres ? await startPostgres() : undefined
  try {
    const databaseUrl =
      postgres && (await createDatabase(postgres.url, `timing_${randomUUID().slice(0, 8)}`))
    await measureService(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl })
  } finally {
    await postgres?.stop()
  }
}

async function measureService(database: Record<string, string>): Promise<void> {
  const service = await startService({ ...settings, ...database })
  try {
    const stock = await makeStock(service.url, random)
    process.stdout.write(
      `On ${values.postgres ? 'PostgreSQL' : 'SQLite'}, seed ${values.seed}: one connection, one ` +
        'request at a time, all kinds in random order. Times in microseconds.\n',
    )
    const connection = await openConnection(Number(new URL(service.url).port))
    for (const subject of subjectsOf(stock, random)) {
      if (!subject.name.includes(values.only)) continue
      const count = Math.max(100, Math.round(samples * subject.share))
      await ask(connection, subject, Math.ceil(count / 10)) // until everything is warm
      process.stdout.write(describeSubject(subject.name, await measure(connection, subject, count)))
    }
    connection.close()
  } finally {
    await service.remove()
  }
}

async function measure(connection: Connection, subject: Subject, count: number): Promise<Row[]> {
  const times = await ask(connection, subject, count)
  const [expected = []] = times.values()
  return [...times].map(([kind, own]) => ({ kind, own, ...compare(expected, own, random) }))
}

/** Asks every kind `count` times, in rounds of one each, in an order that is new in each round. */
async function ask(
  connection: Connection,
  { name, kinds }: Subject,
  count: number,
): Promise<Map<string, number[]>> {
  const times = new Map(Object.keys(kinds).map((kind): [string, number[]] => [kind, []]))
  const statuses = new Map<string, number>()
  for (let round = 0; round < count; round++)
    for (const kind of shuffled(Object.keys(kinds), random)) {
      const [answer] = connection.send([kinds[kind]!()])
      const { startMs, endMs, status } = await answer!
      times.get(kind)!.push((endMs - startMs) * 1000)
      const before = statuses.get(kind) ?? status
      statuses.set(kind, status)
      if (status !== before || status >= 429)
        throw new Error(`${name}, ${kind}: answered ${status}, and ${before} before`)
    }
  return times
}

function shuffled<T>(items: T[], { between }: Random): T[] {
  const rest = [...items]
  return items.map(() => rest.splice(between(0, rest.length - 1), 1)[0]!)
}

main().catch((error: unknown) => {
  process.stderr.write(`timing: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exit(1)
})
