import { parentPort, workerData } from 'node:worker_threads'
import { playSchedule } from './schedule.ts'
import { addPlayed, nothingPlayed, type Played } from './played.ts'

const { from, to, step } = workerData as { from: number; to: number; step: number }

let played: Played = nothingPlayed()
for (let seed = from; seed < to; seed += step) played = addPlayed(played, seed, playSchedule(seed))
parentPort?.postMessage(played)
