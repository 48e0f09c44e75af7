import { expect, test } from 'vitest'
import { LEASE_WAIT_MS } from '@zentrix/shared/verification/lease-times.ts'
import { watchNodeRows, type NodeRow } from './node-rows.ts'

const row = (change: Partial<NodeRow> = {}): NodeRow => ({
  node: 'other',
  beat: 1,
  confirmed: 0,
  behind: null,
  ...change,
})

/** Waits for change 1, which is of an organization. */
function waitFor(nodes: ReturnType<typeof watchNodeRows>) {
  const state = { isResolved: false, error: undefined as Error | undefined }
  nodes.wait(1, ['org_1'], {
    resolve: () => (state.isResolved = true),
    reject: (error) => (state.error = error),
  })
  return state
}

test('rows that were asked for before the commit say nothing', () => {
  const nodes = watchNodeRows(() => undefined)
  const reading = nodes.beginReading()
  const waiting = waitFor(nodes)
  nodes.observe([], reading, 0)
  expect(waiting.isResolved).toBe(false)
  nodes.observe([], nodes.beginReading(), 0)
  expect(waiting.isResolved).toBe(true)
})

test('a row holds a change up until its verifiers of that organization have confirmed it', () => {
  const nodes = watchNodeRows(() => undefined)
  const waiting = waitFor(nodes)
  const observe = (change: Partial<NodeRow>) =>
    nodes.observe([row(change)], nodes.beginReading(), 0)
  observe({})
  observe({ behind: { head: 0, organizations: [['org_2', 0]] } })
  observe({ behind: { head: 1, organizations: [[null, 0]] } })
  observe({ behind: { head: 1, organizations: [['org_1', 0]] } })
  expect(waiting.isResolved).toBe(false)
  observe({ behind: { head: 1, organizations: [['org_2', 0]] } })
  expect(waiting.isResolved).toBe(true)
})

test('a row that stands still holds a change up until it is deleted', () => {
  const nodes = watchNodeRows(() => undefined)
  const waiting = waitFor(nodes)
  const observe = (nowMs: number, beat: number) =>
    nodes.observe([row({ beat })], nodes.beginReading(), nowMs)
  expect(observe(0, 1)).toEqual([])
  expect(observe(LEASE_WAIT_MS - 1, 1)).toEqual([])
  expect(observe(LEASE_WAIT_MS, 2)).toEqual([])
  expect(observe(2 * LEASE_WAIT_MS, 2)).toMatchObject([{ node: 'other', beat: 2 }])
  expect(waiting.isResolved).toBe(false)
  nodes.deleted('other')
  expect(waiting.isResolved).toBe(true)
})

test("a process does not wait for its own node's row, and an answer that comes late is passed over", () => {
  const nodes = watchNodeRows(() => 'own')
  const waiting = waitFor(nodes)
  const [first, second] = [nodes.beginReading(), nodes.beginReading()]
  nodes.observe([row()], second, 0)
  nodes.observe([], first, 0)
  expect(waiting.isResolved).toBe(false)
  nodes.observe([row({ node: 'own' })], nodes.beginReading(), 0)
  expect(waiting.isResolved).toBe(true)
})

test('where the rows cannot be read, what waits fails', () => {
  const nodes = watchNodeRows(() => undefined)
  const waiting = waitFor(nodes)
  nodes.fail(new Error('down'))
  expect(waiting).toMatchObject({ isResolved: false, error: new Error('down') })
  expect(nodes.isWaiting()).toBe(false)
})
