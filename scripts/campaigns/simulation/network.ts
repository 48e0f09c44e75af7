import type { Weather } from './weather.ts'
import type { Process, World } from './world.ts'

/** Carries messages: late, twice, out of order, or not at all. */
export type Network = {
  send(to: Process, deliver: () => void): void
}

export function makeNetwork(world: World, weather: Weather): Network {
  const { random } = world
  function delayMs(): number {
    const isSlow = weather.slowChance > 0 && random.chance(weather.slowChance)
    return isSlow ? random.between(0, weather.maxDelayMs) : random.between(1, 16) / 4
  }
  return {
    send(to, deliver) {
      if (weather.lossChance > 0 && random.chance(weather.lossChance)) return
      world.after(delayMs(), deliver, to)
      if (weather.repeatChance > 0 && random.chance(weather.repeatChance))
        world.after(delayMs(), deliver, to)
    },
  }
}
