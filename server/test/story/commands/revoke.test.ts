import { expect, test } from 'vitest'
import { ORGANIZATION } from '../as-service.ts'
import { openCaller, runLoaded } from '../load/load.ts'

// Each command is a process.
const slow = { timeout: 300_000 }
const ONE_LINE = /^[^\n]+\n$/

test.each([['SQLite'], ['PostgreSQL']])(
  'an operator ends keys beside a running service, on %s, by what they have in common',
  slow,
  async (name) => {
    const service = await runLoaded({}, name === 'PostgreSQL' && 'revoke_command')
    const caller = await openCaller(service)
    const staging = [
      await caller.issue({ label: 'A', environment: 'staging' }),
      await caller.issue({ label: 'B', environment: 'staging' }),
    ]
    const kept = await caller.issue({ label: 'C' })
    const codes = async () => {
      const answers = [...staging, kept].map(({ secret }) =>
        caller.call('POST', '/api/auth/verify', { key: secret }),
      )
      return (await Promise.all(answers)).map(
        ({ body }) => (JSON.parse(body) as { code: string }).code,
      )
    }
    const revoke = (...args: string[]) =>
      service.keys('revoke', '--organization', ORGANIZATION, ...args)
    const ids = staging.map(({ id }) => id).toSorted()

    const preview = await revoke('--environment', 'staging', '--dry-run')
    expect(preview.stdout.trim().split('\n').toSorted()).toEqual(ids)
    expect([preview.code, preview.stderr]).toEqual([0, expect.stringMatching(/^2 keys would be/)])
    const wrong = await revoke('--environment', 'staging', '--expect', '3')
    expect([wrong.code, wrong.stdout]).toEqual([1, ''])
    expect(wrong.stderr).toMatch(/^2 keys fit, not 3: nothing was revoked\.\n$/)
    expect(await codes()).toEqual(['VALID', 'VALID', 'VALID'])

    const done = await revoke('--environment', 'staging', '--expect', '2', '--reason', 'Stolen')
    expect(done.stdout.trim().split('\n').toSorted()).toEqual(ids)
    expect([done.code, done.stderr]).toEqual([0, expect.stringMatching(/^2 keys revoked;/)])
    expect(await codes()).toEqual(['REVOKED', 'REVOKED', 'VALID'])
    const { body } = await caller.call('GET', `/api/audit-events?keyId=${ids[0]}`)
    expect(JSON.parse(body)).toMatchObject({
      data: [
        { action: 'key.revoked', actor: { name: 'Operator' }, changes: { reason: 'Stolen' } },
        {},
      ],
    })

    for (const args of [
      [],
      ['--dry-run'],
      ['--environment', 'prod'],
      ['--created-before', 'yesterday'],
      ['--unused-since', '2026'],
      ['--leaked', '--expect', 'two'],
      ['--leaked', 'extra'],
    ]) {
      const refused = await revoke(...args)
      expect([args, refused.code, refused.stdout]).toEqual([args, 1, ''])
      expect(refused.stderr).toMatch(ONE_LINE)
    }
    expect(await codes()).toEqual(['REVOKED', 'REVOKED', 'VALID'])
  },
)
