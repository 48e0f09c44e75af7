import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeKey, makeServiceToken } from '../../src/crypto/secret.ts'
import { secretFinder } from '../../src/scan/secret-finder.ts'
import { temporaryFolder } from '../gateways/gateway-process.ts'
import { testApi } from '../../../scripts/testkit/api/kit.ts'
import { nearMisses, PLANTED, places } from './planted.ts'

const folder = join(import.meta.dirname, '../../../shared/scanners')
const gitleaks = readFileSync(join(folder, 'gitleaks.toml'), 'utf8')
const trufflehog = readFileSync(join(folder, 'trufflehog.yaml'), 'utf8')

/** The first group of every match. */
function all(text: string, line: RegExp): string[] {
  return [...text.matchAll(new RegExp(line, 'gm'))].map(([, value = '']) => value)
}

type Rule = { regex: RegExp; keywords: string[]; entropy: number }

const gitleaksRules: Rule[] = gitleaks
  .split('[[rules]]')
  .slice(1)
  .map((rule) => ({
    regex: new RegExp(all(rule, /^regex = '''(.*)'''$/)[0]!, 'g'),
    keywords: JSON.parse(all(rule, /^keywords = (.*)$/)[0]!) as string[],
    entropy: Number(all(rule, /^entropy = (.*)$/)[0]),
  }))

const detector: Rule & { name: string; group: string } = {
  name: all(trufflehog, /^ {2}- name: (\w+)$/)[0]!,
  group: all(trufflehog, /^ {6}(\w+): '.*'$/)[0]!,
  regex: new RegExp(all(trufflehog, /^ {6}\w+: '(.*)'$/)[0]!, 'g'),
  keywords: all(trufflehog, /^ {6}- (nas\w+)$/),
  entropy: Number(all(trufflehog, /^ {4}entropy: (.*)$/)[0]),
}

/** Shannon's, in bits a character, as both tools count it. */
function entropyOf(text: string): number {
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  return [...counts.values()]
    .map((count) => count / text.length)
    .reduce((sum, share) => sum - share * Math.log2(share), 0)
}

function findBy({ regex, keywords, entropy }: Rule, text: string): string[] {
  if (!keywords.some((keyword) => text.toLowerCase().includes(keyword))) return []
  return [...text.matchAll(regex)]
    .map(([, secret = '']) => secret)
    .filter((secret) => entropyOf(secret) > entropy)
}

function findByScan(text: string): string[] {
  const finder = secretFinder()
  return [...finder.push(Buffer.from(text)), ...finder.end()]
    .filter(({ isWellFormed }) => isWellFormed)
    .map(({ secret }) => secret)
}

// The program itself, where it is on PATH or where GITLEAKS says; its rules, wherever it is not.
const program = process.env['GITLEAKS'] || 'gitleaks'
const hasProgram = spawnSync(program, ['version']).error === undefined

function findByProgram(texts: string[]): string[][] {
  const place = temporaryFolder()
  const report = join(place, 'report.json')
  texts.forEach((text, at) => writeFileSync(join(place, `${at}.txt`), text))
  const config = join(folder, 'gitleaks.toml')
  const args = ['dir', place, '--no-banner', '--config', config, '--report-format=json']
  spawnSync(program, [...args, '--report-path', report])
  type Finding = { RuleID: string; File: string; Secret: string }
  const found = (JSON.parse(readFileSync(report, 'utf8')) as Finding[]).filter(({ RuleID }) =>
    RuleID.startsWith('zentrix-'),
  )
  return texts.map((_, at) =>
    found.filter(({ File }) => File.endsWith(`/${at}.txt`)).map(({ Secret }) => Secret),
  )
}

const tools: [string, (texts: string[]) => string[][]][] = [
  ['scan', (texts) => texts.map(findByScan)],
  [
    'what has the rules of gitleaks',
    (texts) => texts.map((text) => gitleaksRules.flatMap((rule) => findBy(rule, text))),
  ],
  ['what has the rules of TruffleHog', (texts) => texts.map((text) => findBy(detector, text))],
]
if (hasProgram) tools.push(['gitleaks', findByProgram])
else process.stderr.write('gitleaks is not installed: only its rules are tried\n')

test.each(tools)('%s finds every key where it is planted', (_, find) => {
  for (const secret of [makeKey(), makeServiceToken()]) {
    const found = find(places.map((place) => place.replaceAll(PLANTED, secret)))
    for (const [at, place] of places.entries())
      expect(new Set(found[at]), place).toEqual(new Set([secret]))
  }
})

test.each(tools)('%s finds any key', (_, find) => {
  const secrets = [...Array.from({ length: 2000 }, makeKey), makeServiceToken()]
  const [found] = find([secrets.map((secret) => `KEY=${secret}\n`).join('')])
  expect(new Set(found)).toEqual(new Set(secrets))
})

test.each(tools)('%s passes over what only looks like a key', (_, find) => {
  const near = nearMisses()
  for (const [at, found] of find(near).entries()) expect(found, near[at]).toEqual([])
})

test('the expressions are such as Go understands', () => {
  for (const { regex } of [...gitleaksRules, detector])
    expect(regex.source).not.toMatch(/\(\?[=!<]|\\[1-9]|\(\?>/)
})

test("the service answers the detector's question as the configuration reads it", async () => {
  const api = await testApi()
  const owner = await api.owner()
  const live = await api.issueKey(owner)
  const revoked = await api.issueKey(owner)
  await owner.agent.delete(`/api/keys/${revoked.id}`).expect(204)
  const token = await api.serviceToken({ scopes: ['keys:verify'] })
  const [path] = all(trufflehog, /endpoint: https:\/\/keys\.example\.com(\/.*)$/)
  const headers = all(trufflehog, /^ {10}- '([A-Z].*)'$/).map((header) =>
    header.replace('SERVICE_TOKEN', token).split(': '),
  )
  expect(all(trufflehog, /^ {10}- '(\d+)'$/)).toEqual(['200'])
  for (const [{ key }, status] of [
    [live, 200],
    [revoked, 204],
  ] as const) {
    const answer = await api.request
      .post(path!)
      .set(Object.fromEntries(headers) as Record<string, string>)
      .send(JSON.stringify({ [detector.name]: { [detector.group]: [key, key] } }))
    expect(answer.status).toBe(status)
  }
})
