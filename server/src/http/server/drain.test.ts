import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { expect, onTestFinished, test } from 'vitest'
import { testApi } from '../../../../scripts/testkit/api/kit.ts'
import type { LateClients } from '../../../test/late-clients.ts'

test('every request that arrived while the thread was busy is answered before the end', async () => {
  const api = await testApi()
  const flag = new Int32Array(new SharedArrayBuffer(4))
  const workerData: LateClients = {
    port: Number(new URL(api.address).port),
    count: 20,
    sent: flag.buffer,
  }
  const clients = new Worker(new URL('../../../test/late-clients.ts', import.meta.url), {
    workerData,
  })
  onTestFinished(async () => void (await clients.terminate()))
  await once(clients, 'message')
  clients.postMessage('ask')
  Atomics.wait(flag, 0, 0) // this thread, which serves, does nothing else meanwhile
  api.readiness.startDraining()
  const closed = api.app.close()
  const [answers] = (await once(clients, 'message')) as [string[]]
  const isGood = (answer: string) => /^HTTP\/1.1 200 [^]*connection: close/i.test(answer)
  expect(answers.filter((answer) => !isGood(answer))).toEqual([])
  expect(answers).toHaveLength(40)
  await closed
})
