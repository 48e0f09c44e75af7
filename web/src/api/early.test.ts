import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askEarly, takeEarly } from './early.ts'

const URL_ASKED = '/api/keys?status=active&limit=50'
const ada = { 'x-user-id': 'usr_ada', 'x-organization-id': 'org_alpha' }

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('[]')))
})

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('an early answer is taken once', async () => {
  void askEarly(URL_ASKED, ada)
  expect(await (await takeEarly(URL_ASKED, ada))?.text()).toBe('[]')
  expect(await takeEarly(URL_ASKED, ada)).toBeUndefined()
})

test('an answer that was asked for somebody else, or in another organization, is not taken', async () => {
  for (const other of [
    { 'x-user-id': 'usr_eve' },
    { ...ada, 'x-organization-id': 'org_beta' },
    {},
  ]) {
    void askEarly(URL_ASKED, ada)
    expect(await takeEarly(URL_ASKED, other)).toBeUndefined()
  }
})

test('an answer that is old is not taken', async () => {
  void askEarly(URL_ASKED, ada)
  vi.advanceTimersByTime(30_001)
  expect(await takeEarly(URL_ASKED, ada)).toBeUndefined()
})
