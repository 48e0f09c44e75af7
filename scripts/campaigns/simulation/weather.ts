import type { Random } from '../../testkit/load/random.ts'

/** How things go in one schedule. */
export type Weather = {
  /** Without any fault: then changes must answer soon. */
  isFair: boolean
  lossChance: number
  repeatChance: number
  slowChance: number
  maxDelayMs: number
  /** Chance, in each half second, of a pause, a freeze or an end of one side. */
  verifierTrouble: number
  serviceTrouble: number
  stallChance: number
  nodes: number
  verifiers: number
  keys: number
  limit: number
  changesToken: boolean
  /** How long a verifier waits for the answer to a poll. */
  patienceMs: number
  clones: boolean
  /** One more verifier that never applies what it is told. */
  hasDeafVerifier: boolean
  /** One more that is limited to the second organization, and begins sessions again and again. */
  hasForeignVerifier: boolean
  lengthMs: number
}

const FAIR: Weather = {
  isFair: true,
  lossChance: 0,
  repeatChance: 0,
  slowChance: 0,
  maxDelayMs: 5,
  verifierTrouble: 0,
  serviceTrouble: 0,
  stallChance: 0,
  nodes: 1,
  verifiers: 2,
  keys: 2,
  limit: 1000,
  changesToken: false,
  patienceMs: 2000,
  clones: false,
  hasDeafVerifier: false,
  hasForeignVerifier: false,
  lengthMs: 3000,
}

export function drawWeather(random: Random): Weather {
  const { between, chance } = random
  if (chance(0.1)) {
    const fair = { ...FAIR, nodes: chance(0.7) ? 1 : 2, verifiers: between(1, 4) }
    if (!chance(0.2)) return fair
    return { ...fair, hasForeignVerifier: true, keys: 8, lengthMs: 6000 }
  }
  const sometimes = (weight: number) => (chance(0.5) ? between(1, 10) * weight : 0)
  return {
    isFair: false,
    lossChance: sometimes(0.02),
    repeatChance: sometimes(0.02),
    slowChance: sometimes(0.03),
    maxDelayMs: between(100, 3000),
    verifierTrouble: sometimes(0.03),
    serviceTrouble: sometimes(0.02),
    stallChance: sometimes(0.05),
    nodes: chance(0.7) ? 1 : between(2, 3),
    verifiers: between(1, 3),
    keys: between(1, 3),
    limit: chance(0.5) ? between(2, 12) : 1000,
    changesToken: chance(0.2),
    patienceMs: chance(0.5) ? 2000 : 6000,
    clones: chance(0.15),
    hasDeafVerifier: chance(0.1),
    hasForeignVerifier: false,
    lengthMs: between(3000, 6000),
  }
}
