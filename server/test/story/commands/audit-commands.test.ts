import Sqlite from 'better-sqlite3'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Service } from '../../../../scripts/testkit/processes/service.ts'
import { makeServiceToken } from '../as-service.ts'
import { runService } from '../ends.ts'

const HEAD = /^\d+:[\w-]{43}\n$/

/** Changes the database as somebody would who owns it, beside the running service. */
function tamper(service: Service, ...statements: string[]): void {
  const database = new Sqlite(join(service.dir, 'keys.db'), { timeout: 60_000 })
  for (const guard of ['update', 'delete'])
    database.exec(`drop trigger if exists audit_events_no_${guard}`)
  for (const statement of statements) database.exec(statement)
  database.close()
}

async function head(service: Service): Promise<string> {
  const { code, stdout, stderr } = await service.keys('audit-verify')
  expect(stdout, stderr).toMatch(HEAD)
  expect(code).toBe(0)
  return stdout.trim()
}

test('audit-verify prints a head that later logs still lead to, beside the running service', async () => {
  const service = await runService()
  const earlier = await head(service)
  await makeServiceToken(service, 'keys:verify')
  const latest = await head(service)
  expect(latest).not.toBe(earlier)
  const again = [earlier, latest].map((kept) => service.keys('audit-verify', '--expect', kept))
  for (const { code, stdout } of await Promise.all(again))
    expect([code, stdout]).toEqual([0, `${latest}\n`])
})

test('audit-verify names what was changed and exits with 1', async () => {
  const service = await runService()
  await Promise.all([1, 2].map(() => makeServiceToken(service, 'keys:verify')))
  const kept = await head(service)
  tamper(service, "update audit_events set actor_name = 'Nobody' where sequence = 2")
  const changed = await service.keys('audit-verify')
  expect([changed.code, changed.stdout]).toEqual([1, ''])
  expect(changed.stderr).toMatch(
    /^no organization, event 2 \(evt_\w+, position 2\): it, or the link/,
  )

  tamper(service, 'delete from audit_events', "update audit_head set position = 0, link = x''")
  expect(await head(service)).toMatch(/^0:/)
  const cut = await service.keys('audit-verify', `--expect=${kept}`)
  expect([cut.code, cut.stdout]).toEqual([1, ''])
  expect(cut.stderr).toMatch(/^The log was cut back: it had 2 events, and has 0\n/)
})

test('a head that cannot be one is refused in one line', async () => {
  const service = await runService()
  const wrong = [['--expect', '42'], ['--expect='], ['--expect'], ['org_1']]
  const ended = await Promise.all(wrong.map((words) => service.keys('audit-verify', ...words)))
  for (const { code, stdout, stderr } of ended) {
    expect(stderr).toMatch(/^[^\n]+\n$/)
    expect([code, stdout]).toEqual([1, ''])
  }
})
