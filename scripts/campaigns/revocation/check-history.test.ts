import { describe, expect, test } from 'vitest'
import { checkHistory, type Rule } from './check-history.ts'
import type { Ask, Change, ChangeKind } from '../../testkit/load/history.ts'

const KEY = 'key_1'

const change = (kind: ChangeKind, startMs: number, endMs: number): Change => ({
  kind,
  startMs,
  endMs,
})

const overlap = (startMs: number, endMs: number, overlapMs: number): Change => ({
  ...change('overlap', startMs, endMs),
  overlapMs,
})

function ask(code: string, startMs: number, endMs: number, rest: Partial<Ask> = {}): Ask {
  const answeredKeyId = code === 'VALID' ? KEY : null
  return { kind: 'verify', code, startMs, endMs, answeredKeyId, isOwnAnswer: true, ...rest }
}

const issued = change('issue', 0, 1)

function rulesBroken(changes: Change[], ...asks: Ask[]): Rule[] {
  return checkHistory({ keyId: KEY, changes: [issued, ...changes], asks }).map(({ rule }) => rule)
}

describe('accepting', () => {
  test.each(['revoke', 'rotate', 'disable'] as const)(
    'after a %s was answered is a violation, also of a token',
    (kind) => {
      const changes = [change(kind, 10, 20)]
      for (const used of ['verify', 'check', 'mint', 'consume'] as const)
        expect(rulesBroken(changes, ask('VALID', 20.001, 30, { kind: used }))).toEqual([
          'accepted after its end',
        ])
    },
  )

  test.each(['revoke', 'rotate', 'disable'] as const)(
    'is none when it began before the %s was answered, however late it ended',
    (kind) => {
      const changes = [change(kind, 10, 20)]
      expect(rulesBroken(changes, ask('VALID', 19.999, 500), ask('VALID', 20, 500))).toEqual([])
    },
  )

  test('says which change it contradicts', () => {
    const revoke = change('revoke', 10, 20)
    const [violation] = checkHistory({
      keyId: KEY,
      changes: [revoke],
      asks: [ask('VALID', 21, 22)],
    })
    expect(violation).toMatchObject({ keyId: KEY, change: revoke, ask: { startMs: 21 } })
  })

  test('after a disable is explained by an enable that may have come between', () => {
    const disable = change('disable', 10, 20)
    const late = ask('VALID', 30, 40)
    for (const enable of [
      change('enable', 21, 25),
      change('enable', 15, 18), // both orders of two at once are possible
      change('enable', 5, 10.001),
      change('enable', 39.999, 60),
    ])
      expect(rulesBroken([disable, enable], late), JSON.stringify(enable)).toEqual([])
    for (const enable of [change('enable', 5, 10), change('enable', 40, 60)])
      expect(rulesBroken([disable, enable], late), JSON.stringify(enable)).toEqual([
        'accepted after its end',
      ])
  })

  test('after a second disable is not explained by an enable before it', () => {
    const changes = [change('disable', 10, 20), change('enable', 21, 25), change('disable', 26, 30)]
    expect(rulesBroken(changes, ask('VALID', 31, 40))).toEqual(['accepted after its end'])
  })

  test('after a revoke is not explained by an enable', () => {
    const changes = [change('revoke', 10, 20), change('enable', 12, 60)]
    expect(rulesBroken(changes, ask('VALID', 30, 40))).toEqual(['accepted after its end'])
  })

  test('while the revoke is under way is a violation once somebody got REVOKED', () => {
    const changes = [change('revoke', 10, 100)]
    expect(rulesBroken(changes, ask('REVOKED', 20, 30), ask('VALID', 31, 40))).toEqual([
      'accepted after it was seen ended',
    ])
    expect(rulesBroken(changes, ask('REVOKED', 20, 30), ask('VALID', 29, 40))).toEqual([])
  })
})

describe('a change that nobody answered', () => {
  const lost = (kind: ChangeKind) => change(kind, 10, Infinity)

  test('explains either answer, at any time after it began', () => {
    for (const kind of ['revoke', 'rotate', 'disable'] as const)
      expect(rulesBroken([lost(kind)], ask('VALID', 5000, 5001)), kind).toEqual([])
    expect(rulesBroken([lost('revoke')], ask('REVOKED', 5000, 5001))).toEqual([])
    expect(rulesBroken([lost('disable')], ask('DISABLED', 20, 30))).toEqual([])
    expect(rulesBroken([lost('revoke')], ask('REVOKED', 2, 9))).toEqual(['refused while live'])
  })

  test('was made once somebody got that answer', () => {
    const asks = [ask('REVOKED', 20, 30), ask('VALID', 31, 40)]
    expect(rulesBroken([lost('revoke')], ...asks)).toEqual(['accepted after it was seen ended'])
  })

  test('explains nothing once the key was revoked for sure', () => {
    const changes = [lost('enable'), lost('revoke'), change('revoke', 100, 110)]
    expect(rulesBroken(changes, ask('VALID', 111, 120))).toEqual(['accepted after its end'])
  })
})

describe('a rotation with an overlap', () => {
  const rotated = overlap(10, 20, 1000)

  test('lets the old key live while it lasts', () => {
    for (const startMs of [15, 21, 900])
      expect(rulesBroken([rotated], ask('VALID', startMs, startMs + 5))).toEqual([])
    expect(rulesBroken([rotated], ask('EXPIRED', 21, 1000))).toEqual(['refused while live'])
  })

  test('ends the old key when it is over, also for a token', () => {
    for (const used of ['verify', 'check', 'mint', 'consume'] as const)
      expect(rulesBroken([rotated], ask('VALID', 1026, 1030, { kind: used }))).toEqual([
        'accepted after its end',
      ])
    expect(rulesBroken([rotated], ask('EXPIRED', 1026, 1030))).toEqual([])
    expect(rulesBroken([rotated], ask('UNAUTHORIZED', 1026, 1030, { kind: 'mint' }))).toEqual([])
  })

  test('leaves either answer open around its end, for clocks tick in milliseconds', () => {
    for (const code of ['VALID', 'EXPIRED'])
      for (const startMs of [1006, 1015, 1024])
        expect(rulesBroken([rotated], ask(code, startMs, startMs + 1))).toEqual([])
  })

  test('is over once somebody got EXPIRED', () => {
    const asks = [ask('EXPIRED', 1010, 1011), ask('VALID', 1012, 1013)]
    expect(rulesBroken([rotated], ...asks)).toEqual(['accepted after it was seen ended'])
  })

  test('does not put off a revocation, and gives no cause for REVOKED', () => {
    const changes = [rotated, change('revoke', 100, 110)]
    expect(rulesBroken(changes, ask('VALID', 111, 120))).toEqual(['accepted after its end'])
    expect(rulesBroken([rotated], ask('REVOKED', 1026, 1030))).toEqual(['refused without a cause'])
    expect(rulesBroken([change('rotate', 10, 20)], ask('EXPIRED', 30, 40))).toEqual([
      'refused without a cause',
    ])
  })
})

describe('refusing', () => {
  test('a key that was surely live all the time is a violation, whatever the reason', () => {
    for (const code of ['REVOKED', 'DISABLED', 'NOT_FOUND', 'RATE_LIMITED'])
      expect(rulesBroken([change('revoke', 20, 30)], ask(code, 2, 19))).toEqual([
        'refused while live',
      ])
  })

  test('is none from the moment that a revoke or disable was under way', () => {
    expect(rulesBroken([change('revoke', 20, 30)], ask('REVOKED', 2, 20.001))).toEqual([])
    expect(rulesBroken([change('disable', 20, 30)], ask('DISABLED', 2, 20.001))).toEqual([])
    expect(rulesBroken([change('rotate', 20, 30)], ask('REVOKED', 40, 50))).toEqual([])
  })

  test('after an enable was answered is a violation, unless it overlapped the disable', () => {
    const refused = ask('DISABLED', 41, 50)
    const disable = change('disable', 10, 20)
    expect(rulesBroken([disable, change('enable', 21, 40)], refused)).toEqual([
      'refused while live',
    ])
    expect(rulesBroken([disable, change('enable', 19, 40)], refused)).toEqual([])
    expect(rulesBroken([disable, change('enable', 21, 42)], refused)).toEqual([])
  })

  test('of a renamed key is a violation', () => {
    expect(rulesBroken([change('rename', 5, 8)], ask('REVOKED', 6, 9))).toEqual([
      'refused while live',
    ])
  })

  test('for a reason that nothing has brought about is a violation', () => {
    const disabled = [change('disable', 5, 8)]
    for (const code of ['REVOKED', 'NOT_FOUND', 'EXPIRED', 'RATE_LIMITED', 'UNAUTHORIZED'])
      expect(rulesBroken(disabled, ask(code, 6, 9)), code).toEqual(['refused without a cause'])
    expect(rulesBroken(disabled, ask('UNAUTHORIZED', 6, 9, { kind: 'mint' }))).toEqual([])
  })
})

describe('an answer', () => {
  test('that names another key is a violation', () => {
    expect(rulesBroken([], ask('VALID', 2, 3, { answeredKeyId: 'key_2' }))).toEqual([
      'answer to another request',
    ])
  })

  test("that bears another request's id is a violation, also when it refuses", () => {
    const revoked = [change('revoke', 2, 3)]
    expect(rulesBroken(revoked, ask('REVOKED', 4, 5, { isOwnAnswer: false }))).toEqual([
      'answer to another request',
    ])
  })
})
