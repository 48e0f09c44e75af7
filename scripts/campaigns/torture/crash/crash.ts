import { randomUUID } from 'node:crypto'
import { watchLateness } from '../../../testkit/load/lateness.ts'
import type { Campaign, CampaignOptions } from '../campaign.ts'
import { openCaller, patient } from './caller.ts'
import { crashingOf, type Crashing } from './crashing.ts'
import { shapes, startDeployment } from './deployment.ts'
import { examine } from './examine.ts'
import { prepare } from './load.ts'
import { moments } from './moments.ts'

export const crash: Campaign = {
  name: 'crash',
  summary: 'killed at any moment',
  rounds: { short: 4, long: 200 },
  run,
}

const MAX_PRINTED = 2000

async function run(options: CampaignOptions): Promise<void> {
  const { rounds, random, postgresUrl, signal, tally } = options
  const names = Object.keys(moments)
  const running: Crashing[] = []
  const lateness = watchLateness()
  try {
    for (let round = 0; round < rounds && !signal.aborted; round++) {
      const at = round % shapes.length
      if (running[at] === undefined) {
        const deployment = await startDeployment(shapes[at]!, postgresUrl)
        running[at] = crashingOf(deployment, { lateness, random, tally })
        await prepare(running[at])
      }
      // Every deployment is killed at every kind of moment, and none at the same kind at once.
      const visit = Math.floor(round / shapes.length)
      const name = names[(at + visit) % names.length]!
      await survive(running[at], round, name)
      tally.rounds++
    }
    for (const crashing of running) await verifyByCommand(crashing)
  } finally {
    await lateness.stop()
    for (const { deployment, messages } of running) {
      await deployment.remove()
      await messages?.close()
      const { arrived, repeated } = messages?.counted ?? { arrived: 0, repeated: 0 }
      tally.notes.push(`${deployment.shape.name}: ${arrived} messages, ${repeated} of them twice`)
    }
  }
}

async function survive(crashing: Crashing, round: number, name: string): Promise<void> {
  const { deployment, lateness, tally, broken } = crashing
  const before = tally.violations.length
  try {
    lateness.takeMs()
    const killedMs = await moments[name]!(crashing)
    const latestMs = lateness.takeMs()
    await sendByAnother(crashing)
    await deployment.start()
    await examine(crashing, { killedMs, latestMs })
  } finally {
    // Their warnings name the cause.
    if (tally.violations.length > before)
      for (const service of [deployment.victim, ...deployment.others])
        broken(`a service printed ${service.printed().slice(-MAX_PRINTED)}`)
    for (let at = before; at < tally.violations.length; at++)
      tally.violations[at] = `round ${round}, ${name}, ${tally.violations[at]}`
  }
}

/** While the victim is dead, a node that lives sends the messages of webhooks. */
async function sendByAnother({ deployment, keys, messages, tally, broken }: Crashing) {
  const [other] = deployment.others
  if (!other) return
  const caller = patient(await openCaller(other, tally))
  const faults = await messages!.findTakeoverFaults(async () => {
    const key = await keys.issue(caller, `Ended ${randomUUID()}`, randomUUID())
    await keys.revoke(caller, key)
  })
  caller.close()
  for (const fault of faults) broken(fault)
}

async function verifyByCommand({ deployment, broken }: Crashing): Promise<void> {
  const { code, stderr } = await deployment.victim.keys('audit-verify')
  if (code !== 0) broken(stderr)
}
