// JSON with everything that JSON.stringify would not write: double keys, broken text, no numbers.

/** An object as its pairs, in order, the same key as often as it comes. */
export class Pairs {
  readonly pairs: [key: string, value: Json][]
  constructor(pairs: [string, Json][]) {
    this.pairs = pairs
  }
}

/** Text that is written as it is. */
export class Verbatim {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
}

export type Json = null | boolean | number | string | Verbatim | Pairs | Json[]

export function jsonText(value: Json): string {
  if (value instanceof Verbatim) return value.text
  if (Array.isArray(value)) return `[${value.map(jsonText).join(',')}]`
  if (value instanceof Pairs)
    return `{${value.pairs.map(([key, it]) => `${JSON.stringify(key)}:${jsonText(it)}`).join(',')}}`
  return JSON.stringify(value)
}

/** Every value within `value`, itself included, with what puts another one in its place. */
export function placesIn(value: Json, set: (value: Json) => void): Place[] {
  const places = [{ value, set }]
  if (Array.isArray(value))
    for (const [at, item] of value.entries())
      places.push(...placesIn(item, (other) => void (value[at] = other)))
  if (value instanceof Pairs)
    for (const pair of value.pairs)
      places.push(...placesIn(pair[1], (other) => void (pair[1] = other)))
  return places
}

export type Place = { value: Json; set(value: Json): void }
