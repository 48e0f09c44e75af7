import type { AccessRule } from '../access-rules.ts'
import { describeError, headers, headersOf, sampleError } from './describe-answers.ts'
import {
  openObjects,
  referenceTo,
  referredName,
  rewriteSchemas,
  type Components,
  type Schema,
} from './rewrite-schemas.ts'

type Media = { schema?: Schema; example?: unknown }
type Content = Record<string, Media>

export type Operation = {
  operationId?: string
  tags?: string[]
  security?: object[]
  summary?: string
  description?: string
  parameters?: { name: string; in: string; schema: Schema }[]
  requestBody?: { required?: boolean; content: Content }
  responses: Record<string, { description: string; content?: Content; headers?: object }>
  /** Which rule lets callers in; for {@link finishDocument} alone. */
  'x-by'?: AccessRule['by']
  /** A body that works; for {@link finishDocument} alone. */
  'x-sample'?: unknown
}

export type Document = {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Components; headers?: object }
}

const JSON_TYPE = 'application/json'
const UNDESCRIBED = 'Default Response'

/**
 * Makes a document that programs can read of the one that the schemas give: components with names,
 * answers with descriptions, headers and samples, and schemas in a form that generators take.
 *
 * @param others what is answered behind a wildcard, and the components that it refers to
 */
export function finishDocument(document: Document, others: Parts): void {
  const components: Components = { ...others.schemas, ...document.components.schemas }
  const paths = structuredClone({ ...document.paths, ...others.paths })
  for (const [path, operations] of Object.entries(paths))
    for (const operation of Object.values(operations)) finishOperation(path, operation, components)
  const schemas = Object.fromEntries(
    Object.entries(components).map(([name, schema]) => {
      const rewritten = rewriteSchemas(schema, components)
      return [name, name.endsWith('Input') ? rewritten : openObjects(rewritten)]
    }),
  )
  const parts = withoutRepetition({ paths: rewriteSchemas(paths, components), schemas })
  document.paths = parts.paths
  document.components = { ...document.components, schemas: parts.schemas, headers }
}

function finishOperation(path: string, operation: Operation, components: Components): void {
  const { 'x-by': by, 'x-sample': sample, operationId = '' } = operation
  delete operation['x-by']
  delete operation['x-sample']
  operation.description ??= `${operation.summary}.`
  const name = operationId.charAt(0).toUpperCase() + operationId.slice(1)
  const body = operation.requestBody?.content[JSON_TYPE]
  if (body) {
    if (sample !== undefined) body.example = sample
    nameSchema(body, `${name}Input`, components)
  }
  const { responses } = operation
  // Every request may be malformed, such as one without a Host.
  if (!Object.keys(responses).some((status) => status.startsWith('4')))
    responses['400'] = {
      description: UNDESCRIBED,
      content: { [JSON_TYPE]: { schema: referenceTo('ApiError') } },
    }
  const hasETag = '304' in responses
  const isLocated = /^\/api\/(webhooks|keys(\/\{id\}\/rotate)?)$/.test(path)
  for (const [status, response] of Object.entries(responses)) {
    const answer = response.content?.[JSON_TYPE]
    if (answer && status.startsWith('2')) nameSchema(answer, `${name}Answer`, components)
    if (answer && referredName(answer.schema) === 'ApiError') answer.example = sampleError(status)
    if (response.description === UNDESCRIBED)
      response.description = describeError(status) ?? describe(answer, components)
    response.headers = headersOf({ status, by, isLocated, hasETag })
  }
}

/** Moves a schema to the components, or one level deeper where it only wraps a reference. */
function nameSchema(media: Media, name: string, components: Components): void {
  const { schema } = media
  if (schema === undefined || referredName(schema) !== undefined) return
  components[name] = schema
  media.schema = referenceTo(name)
}

function describe(media: Media | undefined, components: Components): string {
  const schema = components[referredName(media?.schema) ?? '']
  return typeof schema?.['description'] === 'string' ? schema['description'] : 'The answer'
}

type Parts = Pick<Document, 'paths'> & { schemas: Components }

/** Keeps one of two equal schemas for input and output, and drops those that nothing refers to. */
function withoutRepetition(parts: Parts): Parts {
  let text = JSON.stringify(parts)
  for (const [name, schema] of Object.entries(parts.schemas)) {
    const input = parts.schemas[`${name}Input`]
    if (input && JSON.stringify(input) === JSON.stringify(schema))
      text = text.replaceAll(
        `"#/components/schemas/${name}Input"`,
        `"#/components/schemas/${name}"`,
      )
  }
  const { paths, schemas }: Parts = JSON.parse(text)
  const used = new Set<string>()
  const toVisit = namesIn(paths)
  for (const name of toVisit) {
    if (used.has(name)) continue
    used.add(name)
    toVisit.push(...namesIn(schemas[name]))
  }
  const kept = Object.entries(schemas).filter(([name]) => used.has(name))
  return { paths, schemas: Object.fromEntries(kept) }
}

function namesIn(part: unknown): string[] {
  const references = (JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/(\w+)"/g)
  return [...references].map(([, name = '']) => name)
}
