export type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: (string | number | boolean)[]
  const?: string | number | boolean
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema | boolean
  prefixItems?: Schema[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  minItems?: number
}

export type Parameter = { name: string; in: 'path' | 'query' | 'header'; schema: Schema }

/** The operations of the service, from its own OpenAPI document. */
export type Operation = {
  method: string
  path: string
  parameters: Parameter[]
  body: Schema | undefined
  /** Names of security schemes; one of the lists is enough. */
  security: string[][]
}

type Described = {
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  security?: Record<string, unknown>[]
}

/** Reads them from /api/openapi.json. */
export async function readOperations(url: string): Promise<Operation[]> {
  const response = await fetch(`${url}/api/openapi.json`)
  const document = (await response.json()) as {
    paths: Record<string, Record<string, Described>>
    components: { schemas: Record<string, Schema> }
  }
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => {
      const body = described.requestBody?.content['application/json']?.schema
      return {
        method: method.toUpperCase(),
        path,
        parameters: described.parameters ?? [],
        body: body && resolved(body, document.components.schemas),
        security: (described.security ?? []).map((needs) => Object.keys(needs)),
      }
    }),
  )
}

function resolved({ $ref, ...schema }: Schema, schemas: Record<string, Schema>): Schema {
  return $ref === undefined ? schema : schemas[$ref.slice($ref.lastIndexOf('/') + 1)]!
}
