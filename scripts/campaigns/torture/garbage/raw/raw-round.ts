import type { Random } from '../../../../testkit/load/random.ts'
import type { Tally } from '../../campaign.ts'
import { brokenPromises } from '../judge.ts'
import { rawShapes, type RawShape } from './raw-shapes.ts'
import type { Key, Subject } from '../subject.ts'
import { exchange, SILENCE_MS } from './wire.ts'

const PIPELINED = 300
const AT_ONCE = 8

/** Sends every raw shape, and hundreds of requests in one go with garbage among them. */
export async function sendRawShapes(
  { port, serviceToken }: Subject,
  { id, key }: Key,
  random: Random,
  tally: Tally,
): Promise<string[]> {
  const shapes = rawShapes(`X-Service-Token: ${serviceToken}\nAuthorization: Bearer ${key}`, random)
  const secrets = [serviceToken, key]
  const violations: string[] = []
  const send = async ({ name, bytes, maxGood }: RawShape) => {
    const { answers, rest, end } = await exchange(port, bytes)
    tally.requests++
    const report = (promise: string) =>
      violations.push(
        `${name}: ${promise}: ${JSON.stringify(bytes.toString('latin1').slice(0, 500))}`,
      )
    if (answers.length === 0 || rest !== '') report(`no whole answer, but ${JSON.stringify(rest)}`)
    if (end === 'silent') report('the connection stays open')
    const good = answers.filter(({ status }) => status < 400).length
    if (good > maxGood) report(`${good} good answers`)
    for (const answer of answers)
      for (const promise of brokenPromises(answer, { method: 'GET', target: '/api', secrets }))
        report(promise)
  }
  for (let at = 0; at < shapes.length; at += AT_ONCE)
    await Promise.all(shapes.slice(at, at + AT_ONCE).map(send))
  violations.push(...(await sendPipeline(port, key, id, random, tally)))
  return violations
}

/** Good requests, then garbage, then more: the first are answered in order, what follows is not. */
async function sendPipeline(
  port: number,
  key: string,
  id: string,
  random: Random,
  tally: Tally,
): Promise<string[]> {
  const requests = Array.from({ length: PIPELINED }, () =>
    random.chance(0.5)
      ? {
          expected: `"${id}"`,
          text: `GET /api/whoami HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n\r\n`,
        }
      : { expected: '"status":"ok"', text: 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n' },
  )
  const garbageAt = random.between(1, PIPELINED - 1)
  const texts = requests.map(({ text }) => text)
  texts.splice(garbageAt, 0, 'GARBAGE\u0000\r\n\r\n')
  const { answers } = await exchange(port, Buffer.from(texts.join(''), 'latin1'), SILENCE_MS)
  tally.requests += PIPELINED
  const wrong = requests
    .slice(0, garbageAt)
    .findIndex(({ expected }, at) => !answers[at]?.body.includes(expected))
  if (wrong !== -1)
    return [
      `the pipelined request ${wrong} of ${garbageAt} before garbage got ${JSON.stringify(answers[wrong])}`,
    ]
  const after = answers.slice(garbageAt)
  if (after.length === 1 && after[0]!.status === 400) return []
  return [`garbage in a pipeline got ${JSON.stringify(after.map(({ status }) => status))}`]
}

/** Asserts that the service printed neither a failure of its own nor a secret. */
export function judgeLog(log: string, secrets: string[]): string[] {
  const failures = log
    .split('\n')
    // Too busy to answer is not a failure: the probe has a bound on those.
    .filter((line) => !line.includes('answered with 503'))
    .filter((line) => /"level":"(error|fatal)"|Unhandled|Uncaught|Warning:|^\s+at /i.test(line))
  const told = secrets.filter((secret) => log.includes(secret))
  return [
    ...failures.map((line) => `the log says ${line.slice(0, 1000)}`),
    ...told.map(() => 'the log tells a secret'),
  ]
}
