import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
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

/** The labels by which queries choose and group, without those that Prometheus itself adds. */
function labelsIn(text: string): string[] {
  const grouped = [...text.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(','),
  )
  const chosen = [...text.matchAll(/(\w+)(?:=~?|!=|!~)"/g)].map(([, name = '']) => name)
  const names = [...grouped, ...chosen].map((name) => name.trim())
  return names.filter((name) => !['job', 'instance'].includes(name))
}

test('alerts and dashboard ask for metrics that there are, and for labels that they have', async () => {
  const api = await testApi()
  await api.request.get('/api/nothing')
  const { text } = await api.request.get('/metrics').expect(200)
  const there = new Set([...text.matchAll(/^# TYPE (\w+) /gm)].map(([, name]) => name))
  const queries = [read('alerts.yaml'), ...queriesOf(read('dashboard.json'))].join('\n')
  const asked = namesIn(queries)
  expect(asked.length).toBeGreaterThan(15)
  for (const name of asked) expect([...there]).toContain(name)
  const labels = new Set([...text.matchAll(/[{,](\w+)="/g)].map(([, name]) => name))
  expect(labelsIn(queries)).toContain('status')
  for (const label of labelsIn(queries)) expect([...labels]).toContain(label)
})

/** Runs Prometheus' own checker; skips the test where it is not there. */
function promtool(skip: (why: string) => never, ...args: string[]) {
  const program = process.env['PROMTOOL'] || 'promtool'
  if (spawnSync(program, ['--version']).error) return skip(`there is no ${program}`)
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' })
  expect([status, stderr], stdout).toEqual([0, ''])
}

test('promtool reads the alert rules', ({ skip }) => {
  promtool(skip, 'check', 'rules', join(deploy, 'alerts.yaml'))
})

test('each alert fires when it should, and not before', ({ skip }) => {
  promtool(skip, 'test', 'rules', join(import.meta.dirname, 'alert-rules.yaml'))
})

test('promtool reads the queries of the dashboard', ({ skip }) => {
  // As rules, since it reads no dashboards; Grafana fills in what begins with a dollar sign.
  const rules = queriesOf(read('dashboard.json')).map((query, at) => ({
    record: `panel:${at}`,
    expr: query.replaceAll('$__rate_interval', '1m').replaceAll('$job', 'zentrix-keys'),
  }))
  const dir = mkdtempSync(join(tmpdir(), 'dashboard-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  const path = join(dir, 'panels.yaml')
  writeFileSync(path, JSON.stringify({ groups: [{ name: 'panels', rules }] }))
  promtool(skip, 'check', 'rules', path)
})
