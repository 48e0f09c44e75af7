import type { Random } from '../../../testkit/load/random.ts'
import { Pairs, type Json } from './json.ts'
import type { Schema } from './operations.ts'
import { DAY_MS } from '@zentrix/shared/moment.ts'

/** Values that a schema cannot know, such as ids of what is there, by the name of their field. */
export type KnownValues = Record<string, readonly string[]>

const textByFormat: Record<string, (random: Random) => string> = {
  'date-time': (random) => new Date(Date.now() + random.between(1, 30) * DAY_MS).toISOString(),
  email: (random) => `someone-${random.between(0, 1e6)}@example.com`,
  uuid: () => '550e8400-e29b-41d4-a716-446655440000',
}

/** A value that a schema should take. */
export function validValue(schema: Schema, random: Random, known: KnownValues, name: string): Json {
  const from = known[name]
  if (from !== undefined) return random.pick(from)
  const choices = schema.anyOf ?? schema.oneOf
  if (choices !== undefined) return validValue(random.pick(choices), random, known, name)
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return random.pick(schema.enum)
  switch ([schema.type].flat()[0]) {
    case 'object':
      return validObject(schema, random, known)
    case 'array':
      return validArray(schema, random, known, name)
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
    case 'number':
      return random.between(schema.minimum ?? 0, Math.min(schema.maximum ?? 100, 100_000))
    case 'null':
      return null
    default:
      return validText(schema, random)
  }
}

function validObject(schema: Schema, random: Random, known: KnownValues): Pairs {
  const chosen = Object.entries(schema.properties ?? {}).filter(
    ([name]) => schema.required?.includes(name) || random.chance(0.5),
  )
  return new Pairs(chosen.map(([name, it]) => [name, validValue(it, random, known, name)]))
}

function validArray(schema: Schema, random: Random, known: KnownValues, name: string): Json[] {
  if (schema.prefixItems) return schema.prefixItems.map((it) => validValue(it, random, known, name))
  const { items } = schema
  if (typeof items !== 'object') return []
  const count = random.between(schema.minItems ?? 0, 3)
  return Array.from({ length: count }, () => validValue(items, random, known, `${name}[]`))
}

function validText({ format = '', pattern = '' }: Schema, random: Random): string {
  const byFormat = textByFormat[format]
  if (byFormat) return byFormat(random)
  // The few patterns of the document whose texts are no known values.
  if (pattern.includes('[0-9]{1,')) return `${random.between(1, 99)}`
  if (pattern.includes('{16,255}')) return `idempotent-${random.between(1e6, 1e9)}`
  if (pattern.includes('[a-z0-9_-]+')) return random.pick(['calls:read', 'widget:token', 'a'])
  return random.pick(['Production', 'Ключ 🔑', 'a', 'x'.repeat(100), '𝒳 é ñ'])
}
