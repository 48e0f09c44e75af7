import { DAY_MS } from '@zentrix/shared/moment.ts'
import { expect, test } from 'vitest'
import {
  onEachDatabase,
  type Person,
  type Settings,
  type TestApi,
} from '../../../../../scripts/testkit/api/kit.ts'
import { startMailServer, textOf } from '../../../../../scripts/testkit/processes/mail-server.ts'
import { announceExpiry } from './announce-expiry.ts'

const DAY_SECONDS = 86_400
const NEVER = new AbortController().signal

type Told = { keyId: string; changes: { daysBefore: number; expiresAt: string } }

async function stage(
  open: (settings?: Settings) => Promise<TestApi>,
  manner?: 'refusing' | 'gathering',
) {
  const server = await startMailServer(manner)
  const api = await open({ env: { SMTP_URL: server.url } })
  const owner = await api.owner()
  return { api, owner, ...server }
}

const inDays = (api: TestApi, days: number) =>
  new Date(api.clock.nowMs() + days * DAY_MS).toISOString()

/** A key that ends in so many days and is in use. */
async function usedKey(api: TestApi, by: Person, days: number, label = 'Shop') {
  const key = await api.issueKey(by, { label, expiresAt: inDays(api, days) })
  expect(await api.verify(key.key)).toMatchObject({ valid: true })
  return key
}

const look = (api: TestApi) => announceExpiry(api.ctx, NEVER)

async function toldOf({ agent }: Person): Promise<Told[]> {
  const { body } = await agent.get('/api/audit-events?action=key.expiring&limit=100').expect(200)
  return (body as { data: Told[] }).data.toReversed()
}

onEachDatabase((open) => {
  test('people hear of the end of a key in use 30, 7 and 1 days before, once each', async () => {
    const { api, owner, mails } = await stage(open)
    const { id, key, expiresAt } = await usedKey(api, owner, 40)
    const days: number[] = []
    for (let day = 0; day < 40; day++) {
      await look(api)
      await look(api)
      api.clock.advance(DAY_SECONDS)
      if (day < 39) await api.verify(key)
    }
    const told = await toldOf(owner)
    for (const { keyId, changes } of told) {
      expect([keyId, changes.expiresAt]).toEqual([id, expiresAt])
      days.push(changes.daysBefore)
    }
    expect(days).toEqual([30, 7, 1])
    expect(mails.map(({ to }) => to)).toEqual([owner.email, owner.email, owner.email])
    expect(mails.map((mail) => /Subject: (.*)/.exec(textOf(mail))?.[1]?.trim())).toEqual([
      'An API key ends in 30 days',
      'An API key ends in 7 days',
      'An API key ends in a day',
    ])
    expect(textOf(mails[0]!)).toContain(`"Shop", nas_...${key.slice(-4)}`)
    expect(textOf(mails[0]!)).not.toContain(key)
  })

  test('a stage that had passed when the end was set is not told', async () => {
    const { api, owner } = await stage(open)
    await usedKey(api, owner, 5)
    await usedKey(api, owner, 0.5)
    await look(api)
    expect(await toldOf(owner)).toEqual([])
    api.clock.advance(4 * DAY_SECONDS)
    await look(api)
    expect((await toldOf(owner)).map(({ changes }) => changes.daysBefore)).toEqual([1])
  })

  test('a changed end starts again from the first stage', async () => {
    const { api, owner, mails } = await stage(open)
    const { id } = await usedKey(api, owner, 8)
    api.clock.advance(DAY_SECONDS)
    await look(api)
    await owner.agent
      .patch(`/api/keys/${id}`)
      .send({ expiresAt: inDays(api, 9) })
      .expect(200)
    await owner.agent.patch(`/api/keys/${id}`).send({ label: 'Renamed' }).expect(200)
    await look(api)
    expect(mails).toHaveLength(1)
    api.clock.advance(2 * DAY_SECONDS)
    await look(api)
    expect((await toldOf(owner)).map(({ changes }) => changes.daysBefore)).toEqual([7, 7])
  })

  test('a key that nobody used for 30 days, or that is revoked, ends unnoticed', async () => {
    const { api, owner } = await stage(open)
    await api.issueKey(owner, { expiresAt: inDays(api, 31) })
    await usedKey(api, owner, 50)
    const { id } = await usedKey(api, owner, 31)
    await owner.agent.delete(`/api/keys/${id}`).expect(204)
    api.clock.advance(DAY_SECONDS)
    await look(api)
    api.clock.advance(30 * DAY_SECONDS + 1)
    await look(api)
    expect(await toldOf(owner)).toEqual([])
  })

  test('its maker, if still a member, and the owners are mailed, with all keys in one mail', async () => {
    const { api, owner, mails } = await stage(open)
    const { organizationId } = owner
    const maker = await api.member(organizationId, 'member')
    const gone = await api.member(organizationId, 'member')
    await api.member(organizationId, 'admin')
    await usedKey(api, maker, 8, "The maker's")
    await usedKey(api, gone, 8, 'Of somebody who left')
    await api.ctx.db.deleteFrom('members').where('user_id', '=', gone.id).execute()
    await usedKey(api, await api.owner(), 8, 'Foreign')
    mails.length = 0
    api.clock.advance(DAY_SECONDS)
    await look(api)
    const theirs = mails.filter(({ to }) => [owner.email, maker.email, gone.email].includes(to))
    expect(theirs.map(({ to }) => to).sort()).toEqual([maker.email, owner.email].sort())
    const byOwner = textOf(theirs.find(({ to }) => to === owner.email)!)
    const byMaker = textOf(theirs.find(({ to }) => to === maker.email)!)
    expect(byOwner).toContain('"The maker\'s"')
    expect(byOwner).toContain('"Of somebody who left"')
    expect(byMaker).not.toContain('Of somebody who left')
    expect(byOwner).not.toContain('Foreign')
  })

  test('if the mail server takes nothing it is tried again; the event is there once', async () => {
    const { api, owner, commands } = await stage(open, 'refusing')
    await usedKey(api, owner, 8)
    api.clock.advance(DAY_SECONDS)
    await look(api)
    const tried = commands.filter((line) => line.startsWith('RCPT')).length
    await look(api)
    expect(commands.filter((line) => line.startsWith('RCPT')).length).toBeGreaterThan(tried)
    expect(await toldOf(owner)).toHaveLength(1)
  })

  test('mails of several organizations are under way at once; what a sweep leaves the next one sends', async () => {
    const { api, owner, mails, mostAtOnce } = await stage(open, 'gathering')
    const owners = [owner, ...(await Promise.all([1, 2, 3, 4].map(() => api.owner())))]
    for (const by of owners) await usedKey(api, by, 8)
    mails.length = 0
    api.clock.advance(DAY_SECONDS)
    await announceExpiry(api.ctx, NEVER, 0)
    expect([mails, mostAtOnce()]).toEqual([[], 0])
    for (const by of owners) expect(await toldOf(by)).toHaveLength(1)
    await look(api)
    expect(mostAtOnce()).toBeGreaterThan(1)
    await look(api)
    const mailed = new Set(mails.map(({ to }) => to))
    expect([...mailed].sort()).toEqual(owners.map(({ email }) => email).sort())
  })

  test('after a long outage only the latest stage is recorded', async () => {
    const { api, owner } = await stage(open)
    const { key } = await usedKey(api, owner, 40)
    api.clock.advance(35 * DAY_SECONDS)
    await api.verify(key)
    await look(api)
    expect((await toldOf(owner)).map(({ changes }) => changes.daysBefore)).toEqual([7])
  })
})
