import { setTimeout as sleep } from 'node:timers/promises'
import { startNode } from '../../../testkit/processes/child.ts'
import { openCaller } from './caller.ts'
import type { Crashing } from './crashing.ts'
import { killAfter } from './kill-after.ts'
import { killUnderLoad } from './load.ts'
import { tearJournals } from './tear-journals.ts'
import { readDatabaseUrl } from '../../../../server/src/config/database-url.ts'

/**
 * Kills the service at moments of its own kind, and leaves it dead.
 *
 * @returns when it was killed, on the clock of the answers: later uses may be lost
 */
type Moment = (crashing: Crashing) => Promise<number>

const MANAGERS = 3
const MOST_KILLS_IN_START = 3
// As long as ending takes, about, and some more.
const STOPPING_MS = 60

/** While keys are made, changed and used. */
async function inLoad(crashing: Crashing): Promise<number> {
  const { random, tally } = crashing
  const managers = random.chance(0.7) ? MANAGERS : 0
  tally.crashes++
  return killUnderLoad(crashing, managers, () => sleep(random.between(100, 1400)))
}

/** In load too, and what the disk was writing is not all there. On PostgreSQL that is the server's. */
async function inPowerLoss(crashing: Crashing): Promise<number> {
  const { random, deployment, tally } = crashing
  const killedMs = await inLoad(crashing)
  const place = readDatabaseUrl(deployment.databaseUrl)
  if (place.dialect === 'postgres') return killedMs
  tearJournals(place.path, random)
  tally.faults++
  return -Infinity // any use may be lost, and none counted twice
}

/** While it is ending as an operator has asked it to. */
async function inStop(crashing: Crashing): Promise<number> {
  const { random, deployment, tally } = crashing
  tally.crashes++
  return killUnderLoad(crashing, MANAGERS, async (mayRefuse) => {
    await sleep(random.between(50, 400))
    mayRefuse()
    deployment.victim.child().process.kill('SIGTERM')
    await sleep(random.between(0, STOPPING_MS))
  })
}

/** While a command works beside it, which is killed too. */
async function inCommand(crashing: Crashing): Promise<number> {
  const { random, deployment, tally, tokens } = crashing
  tally.crashes += 2
  return killUnderLoad(crashing, 1, async () => {
    const name = `Token ${tally.crashes}`
    const args = ['service-token', 'create', '--name', name, '--scopes', 'keys:verify']
    const command = startNode('server/src/commands/cli.ts', args, deployment.victim.env)
    const half = deployment.startMs() / 2
    const { stdout } = await killAfter(command, half + random.between(0, half))
    const secret = stdout.trim()
    if (secret !== '') tokens.set(secret, name)
  })
}

/** Before it is ready, several times. */
async function inStart(crashing: Crashing): Promise<number> {
  const { random, deployment, tally } = crashing
  const killedMs = performance.now()
  await deployment.victim.kill()
  for (let count = random.between(1, MOST_KILLS_IN_START); count > 0; count--)
    await deployment.startAndKill(random.between(20, deployment.startMs()))
  tally.crashes++
  return killedMs
}

/** While uses of long ago, and many at once, are put in order. */
async function inMerge(crashing: Crashing): Promise<number> {
  const { random, deployment, tally, always, oldUses } = crashing
  const killedMs = performance.now()
  await deployment.victim.kill()
  await oldUses.add(random)
  for (let count = random.between(1, MOST_KILLS_IN_START); count > 0; count--) {
    await deployment.start()
    const caller = await openCaller(deployment.victim, tally)
    // A reader has everything merged first.
    const reading = caller.call({ method: 'GET', path: `/api/keys/${always[0]!.id}/usage` })
    await Promise.race([reading, sleep(random.between(0, oldUses.mergeMs))])
    await deployment.victim.kill()
    tally.crashes++
  }
  tally.crashes++
  return killedMs
}

export const moments: Record<string, Moment> = {
  inLoad,
  inStart,
  inStop,
  inMerge,
  inCommand,
  inPowerLoss,
}
