import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { testApi } from '../../../scripts/testkit/api/kit.ts'

const deploy = join(import.meta.dirname, '../../deploy')
const read = (name: string) => readFileSync(join(deploy, name), 'utf8')

type Dashboard = { panels: { title: string; targets: { expr: string }[] }[] }

const queriesOf = (text: string) =>
  (JSON.parse(text) as Dashboard).panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))

/** The names of metrics in queries, without what a histogram puts behind its own. */
function namesIn(text: string): string[] {
  const names = text.match(/\b(nas|nodejs|process)_[a-z0-9_]+/g) ?? []
  return names.map((name) => name.replace(/_bucket$/, ''))
}

test('alerts and dashboard ask for metrics that there are', async () => {
  const api = await testApi()
  const { text } = await api.request.get('/metrics').expect(200)
  const there = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name))
  const asked = [
    ...namesIn(read('alerts.yaml')),
    ...namesIn(queriesOf(read('dashboard.json')).join()),
  ]
  expect(asked.length).toBeGreaterThan(15)
  for (const name of asked) expect([...there]).toContain(name)
})

test('promtool reads the alert rules', ({ skip }) => {
  const promtool = process.env['PROMTOOL'] || 'promtool'
  if (spawnSync(promtool, ['--version']).error) return skip(`there is no ${promtool}`)
  const { status, stderr } = spawnSync(promtool, ['check', 'rules', join(deploy, 'alerts.yaml')], {
    encoding: 'utf8',
  })
  expect([status, stderr]).toEqual([0, ''])
})
