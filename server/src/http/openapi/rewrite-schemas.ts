/** A JSON Schema as it stands in the document. */
export type Schema = { [Keyword: string]: unknown }

export type Components = Record<string, Schema>

const REFERENCE = '#/components/schemas/'

export function referenceTo(name: string): Schema {
  return { $ref: `${REFERENCE}${name}` }
}

export function referredName(value: unknown): string | undefined {
  if (!isSchema(value) || typeof value['$ref'] !== 'string') return undefined
  return value['$ref'].startsWith(REFERENCE) ? value['$ref'].slice(REFERENCE.length) : undefined
}

export function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** A copy of a part of the document with each of its objects changed, the innermost first. */
function mapObjects<Part>(part: Part, change: (object: Schema) => Schema): Part {
  return JSON.parse(JSON.stringify(part), (_, value: unknown) =>
    isSchema(value) ? change(value) : value,
  )
}

/** Lets what is read be more than what is known: a later version may add fields to an answer. */
export function openObjects<Part>(part: Part): Part {
  return mapObjects(part, ({ additionalProperties, ...rest }) =>
    additionalProperties === undefined || additionalProperties === false
      ? rest
      : { ...rest, additionalProperties },
  )
}

/**
 * Writes schemas as generators of clients take them, without a change of meaning:
 *
 * - what may be null has the type `[X, "null"]`, since several know no type that is null alone;
 * - a number that is only known to be whole bears no bounds, which samples would take for useful ones;
 * - an object whose fields are all known names them, and not a pattern of names;
 * - a choice of objects says which property tells them apart.
 */
export function rewriteSchemas<Part>(part: Part, components: Components): Part {
  return mapObjects(part, (schema) =>
    withDiscriminator(withTypeNull(withNamedFields(withoutBounds(schema)), components), components),
  )
}

function withoutBounds(schema: Schema): Schema {
  const isBound = ([name, value]: [string, unknown]) =>
    (name === 'minimum' || name === 'maximum') &&
    Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER
  return Object.fromEntries(Object.entries(schema).filter((entry) => !isBound(entry)))
}

function withNamedFields(schema: Schema): Schema {
  const { propertyNames, additionalProperties, ...rest } = schema
  const names = wordsOf(propertyNames)
  if (names === undefined) return schema
  return {
    ...rest,
    properties: Object.fromEntries(names.map((name) => [name, additionalProperties])),
  }
}

function withTypeNull(schema: Schema, components: Components): Schema {
  const { anyOf, ...rest } = schema
  const [one, other, ...more] = Array.isArray(anyOf) ? anyOf.filter(isSchema) : []
  if (one === undefined || other?.['type'] !== 'null' || more.length > 0) return schema
  const component = components[referredName(one) ?? '']
  const target = component === undefined ? one : rewriteSchemas(component, components)
  if (typeof target['type'] !== 'string') return schema
  const words = wordsOf(target)
  return {
    ...target,
    ...(words && { enum: [...words, null] }),
    ...rest,
    type: [target['type'], 'null'],
  }
}

/** @see https://spec.openapis.org/oas/v3.1.0#discriminator-object */
function withDiscriminator(schema: Schema, components: Components): Schema {
  const { oneOf, discriminator } = schema
  if (!Array.isArray(oneOf) || discriminator !== undefined) return schema
  const choices = oneOf.map((choice) => {
    const name = referredName(choice) ?? ''
    const properties = components[name]?.['properties']
    return { name, properties: isSchema(properties) ? properties : {} }
  })
  for (const propertyName of Object.keys(choices[0]?.properties ?? {})) {
    const pairs = choices.map(({ name, properties }) =>
      wordsOf(properties[propertyName])?.map((word) => [word, `${REFERENCE}${name}`] as const),
    )
    const all = pairs.flatMap((each) => each ?? [])
    const mapping = Object.fromEntries(all)
    if (pairs.every((each) => each !== undefined) && Object.keys(mapping).length === all.length)
      return { ...schema, discriminator: { propertyName, mapping } }
  }
  return schema
}

/** The words that a schema allows; undefined if it allows anything else. */
function wordsOf(schema: unknown): string[] | undefined {
  if (!isSchema(schema)) return undefined
  const values: unknown[] = Array.isArray(schema['enum']) ? schema['enum'] : [schema['const']]
  const words = values.filter((value) => typeof value === 'string')
  return words.length === values.length ? words : undefined
}
