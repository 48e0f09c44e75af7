import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { expect, test } from 'vitest'
import { readConfig, settingNames, settingsWithDefault } from '../../src/config/config.ts'
import { findMalformedLine } from '../../src/config/env-file.ts'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../../..', path), 'utf8')

/** The settings that compose.yaml gives to each node: `NAME: value`. */
const given = new Map(
  read('server/deploy/compose.yaml')
    .split(/^ {2}environment:$/m)[1]!
    .split(/^ {2}[a-z]/m)[0]!
    .split('\n')
    .flatMap((line) => [...line.matchAll(/^ {4}([A-Z_]+): (.+)$/g)])
    .map(([, name, value]) => [name!, value!]),
)

const setByTheImage = [
  ...read('server/deploy/Dockerfile')
    .match(/^ENV (.*)$/m)![1]!
    .matchAll(/(\w+)=/g),
].map(([, name]) => name!)

// These join the containers of compose.yaml; nobody sets them in its `.env`.
const setByCompose = ['DATABASE_URL', 'REDIS_URL']

test('compose.yaml hands on every setting from its .env', () => {
  const names = settingNames.filter((name) => !setByTheImage.includes(name))
  expect([...given.keys()].toSorted()).toEqual([...names, 'DATABASE_URL'].toSorted())
  for (const [name, value] of given)
    if (!setByCompose.includes(name)) expect(value).toMatch(new RegExp(`^\\$\\{${name}:[-?].*\\}$`))
})

test('a setting that is handed on empty counts as not set', () => {
  const empty = Object.fromEntries(settingNames.map((name) => [name, '']))
  expect(readConfig(empty)).toEqual(readConfig({}))
})

test('.env.example names every setting with its default, and no other', () => {
  const example = read('.env.example')
  expect(findMalformedLine(example)).toBeUndefined()
  const values = parseEnv(example)
  expect(Object.keys(values).toSorted()).toEqual(settingNames.toSorted())
  expect(readConfig(values)).toEqual(readConfig({}))
  for (const name of settingNames.filter((each) => values[each] === ''))
    expect(settingsWithDefault, 'its default is in the example').not.toContain(name)
})

test('the table of settings holds every setting, and no other', () => {
  const table = read('server/OPERATING.md')
    .split(/^\| .*default.*\|$/m)[1]!
    .split('\n\n')[0]!
  const named = table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([A-Z_]+)`/g)])
    .map(([, name]) => name!)
  expect(named.toSorted()).toEqual(settingNames.toSorted())
})
