// One load generator process: keep-alive connections with one request under way on each. Plain
// sockets and prepared bytes, because a client library would be slower than the server it loads.
import { connect, type Socket } from 'node:net'
import { drawer, readSecrets, SECRET_LENGTH, type Draw } from './keys.ts'

export type LoadPlan = {
  port: number
  path: string
  /** Headers besides Host, Content-Type and Content-Length. */
  headers: Record<string, string>
  secretsPath: string
  secretLength?: number
  draw: Draw
  connections: number
  /** Requests sent together on a connection, so that the load needs less of the machine; 1 unless told. */
  pipelining?: number
  warmupSeconds: number
  seconds: number
}

export type LoadReport = {
  requests: number
  seconds: number
  accepted: number
  p50Ms: number
  p99Ms: number
  maxMs: number
}

const plan = JSON.parse(process.argv[2]!) as LoadPlan
const length = plan.secretLength ?? SECRET_LENGTH
const secrets = readSecrets(plan.secretsPath)
const draw = drawer(plan.draw, secrets.length / length)

const body = Buffer.from(`{"key":"${'x'.repeat(length)}"}`)
const head = [
  `POST ${plan.path} HTTP/1.1`,
  'Host: localhost',
  'Content-Type: application/json',
  `Content-Length: ${body.length}`,
  ...Object.entries(plan.headers).map(([name, value]) => `${name}: ${value}`),
  '',
  '',
].join('\r\n')
const template = Buffer.concat([Buffer.from(head), body])
const depth = plan.pipelining ?? 1
const secretAt = head.length + '{"key":"'.length

const MAX_SAMPLES = 4_000_000
const samples = new Float32Array(MAX_SAMPLES)
let requests = 0
let accepted = 0
let isMeasuring = false
let isDone = false

function run(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(plan.port, '127.0.0.1')
    socket.setNoDelay(true)
    const together = Buffer.concat(Array.from({ length: depth }, () => template))
    let sentAt = 0
    let awaited = 0
    let pending: Buffer | undefined
    const send = () => {
      if (isDone) return void socket.end(resolve)
      for (let start = 0; start < together.length; start += template.length) {
        const at = draw() * length
        secrets.copy(together, start + secretAt, at, at + length)
      }
      awaited = depth
      sentAt = performance.now()
      socket.write(together)
    }
    socket.on('connect', send)
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      let answers: Buffer = pending ? Buffer.concat([pending, chunk]) : chunk
      for (;;) {
        const bodyAt = answers.indexOf('\r\n\r\n') + 4
        const lengthAt = answers.indexOf('ength: ')
        const end =
          bodyAt + Number.parseInt(answers.toString('latin1', lengthAt + 7, lengthAt + 13), 10)
        if (bodyAt < 4 || answers.length < end) break
        if (isMeasuring && requests < MAX_SAMPLES) {
          samples[requests++] = performance.now() - sentAt
          if (answers.subarray(bodyAt, end).indexOf('"valid":true') !== -1) accepted++
        }
        answers = answers.subarray(end)
        awaited--
        if (answers.length === 0) break
      }
      pending = answers.length === 0 ? undefined : answers
      if (awaited === 0) send()
    })
  })
}

const connections = Array.from({ length: plan.connections }, run)
await new Promise((resolve) => setTimeout(resolve, plan.warmupSeconds * 1000))
process.send!('measuring')
isMeasuring = true
const start = performance.now()
await new Promise((resolve) => setTimeout(resolve, plan.seconds * 1000))
isMeasuring = false
const seconds = (performance.now() - start) / 1000
process.send!('measured')
isDone = true
await Promise.all(connections)
const sorted = samples.subarray(0, requests).toSorted()
const percentile = (part: number) => sorted[Math.floor(sorted.length * part)] ?? 0
const report: LoadReport = {
  requests,
  seconds,
  accepted,
  p50Ms: percentile(0.5),
  p99Ms: percentile(0.99),
  maxMs: sorted.at(-1) ?? 0,
}
process.send!(report)
process.disconnect()
