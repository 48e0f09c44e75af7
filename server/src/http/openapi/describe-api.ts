import { crc32 } from 'node:zlib'
import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { hasCurrent } from '../answers/validators.ts'
import { accessRules, type Access, type AccessRule } from '../access-rules.ts'
import { callerHeaders } from './caller-headers.ts'
import { finishDocument, type Document } from './finish-document.ts'
import { referenceTheme } from './reference-dress.ts'
import { isSchema, type Components } from './rewrite-schemas.ts'

/** The chapters of the reference, in the order in which a reader meets them. */
const tags = [
  { name: 'Public API', description: "Called by a customer's server, with its API key" },
  { name: 'Keys', description: 'The life of a key: for people in the portal, and for services' },
  { name: 'Usage', description: 'How keys are used, by whom, and why they are refused' },
  { name: 'Policy', description: 'What an organization asks of its keys' },
  { name: 'Webhooks', description: 'Tell a server of yours what happens to keys' },
  { name: 'Service tokens', description: "What an organization's owners give their own services" },
  { name: 'Audit log', description: 'Who did what to which key, and when' },
  { name: 'Verification', description: 'Asked by other services on every request of theirs' },
  { name: 'Hand-off', description: 'Called by the platform, to sign its own customers in' },
  { name: 'Leaks', description: 'Called by secret scanners, about keys found where all can read' },
  { name: 'Calls', description: 'Called by the voice platform when a browser brings a token' },
  { name: 'Catalog', description: 'Organizations and agents, as the platform reports them' },
  { name: 'Sessions', description: 'People: in the shape of better-auth' },
  { name: 'Health', description: 'Asked by supervisors and load balancers' },
]

const securitySchemes = {
  session: { type: 'apiKey', in: 'cookie', name: 'nas.session_token' },
  serviceToken: { type: 'http', scheme: 'bearer', description: 'A service token, `nassvc_…`' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `nas_…`' },
  metricsToken: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN' },
  apiKeyHeader: {
    type: 'apiKey',
    in: 'header',
    name: 'X-API-Key',
    description: 'The same key, where `Authorization` is taken',
  },
  gatewayToken: {
    type: 'apiKey',
    in: 'header',
    name: 'X-Service-Token',
    description: "A gateway's service token, `nassvc_…`",
  },
} as const

/** Which credentials a rule accepts, as OpenAPI says it: one of these is enough. */
function securityOf(access: Access) {
  switch (accessRules[access].by) {
    case 'anyone':
    case 'session':
    case 'signature':
      return []
    case 'metrics':
      return [{}, { metricsToken: [] }]
    case 'person':
      return [{ session: [] }]
    case 'tenant':
      return [{ session: [] }, { serviceToken: [] }]
    case 'service':
      return [{ serviceToken: [] }]
    case 'gateway':
      return [
        { gatewayToken: [], apiKey: [] },
        { gatewayToken: [], apiKeyHeader: [] },
      ]
    case 'key':
      return [{ apiKey: [] }, { apiKeyHeader: [] }]
  }
}

/** The headers that a route reads, spelt as HTTP's specifications do, with those of its rule. */
function withCallerHeaders(headers: unknown, by: AccessRule['by']): object {
  const properties = isSchema(headers) ? headers['properties'] : undefined
  const own = Object.entries(isSchema(properties) ? properties : {}).map(([name, schema]) => [
    name.replaceAll(/(^|-)[a-z]/g, (start) => start.toUpperCase()),
    schema,
  ])
  const callers = callerHeaders(by).map(({ name, description, schema }) => [
    name,
    { ...schema, description },
  ])
  return { type: 'object', properties: Object.fromEntries([...callers, ...own]) }
}

/**
 * Generates OpenAPI 3.1 from the schemas that validate, and serves a reference at /docs.
 *
 * @param others what is answered behind a wildcard, and the components that it refers to
 */
export async function describeApi(
  app: FastifyInstance,
  publicUrl: string,
  others: { paths: Document['paths']; schemas: Components },
): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Zentrix Agent Studio API keys',
        version: '1.0.0',
        description:
          'Make, verify, rotate and revoke API keys, and swap one for a one-minute widget token.',
        contact: { name: 'Zentrix Agent Studio', url: publicUrl },
        license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
      },
      servers: [{ url: publicUrl }],
      tags: [...tags],
      components: { securitySchemes },
    },
    transform: (route) => {
      const { access } = route.route.config ?? {}
      const { schema, url } = jsonSchemaTransform(route)
      if (access === undefined || !isSchema(schema) || schema['hide'] === true)
        return { url, schema }
      const { example, headers, ...described } = schema
      const { by } = accessRules[access]
      return {
        url,
        schema: {
          ...described,
          headers: withCallerHeaders(headers, by),
          security: securityOf(access),
          'x-by': by,
          ...(example !== undefined && { 'x-sample': example }),
        },
      }
    },
    transformObject: (source) => {
      const document = jsonSchemaTransformObject(source)
      finishDocument(document as Document, others)
      return document
    },
  })
  // The reader's own files are for anyone.
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' }
    })
    docs.addHook('onRequest', (req, reply, done) => {
      const { url } = req.routeOptions
      if (url === '/docs/json') void sendDocument(app, req, reply)
      else if (url === '/docs/yaml') void sendDocument(app, req, reply, 'yaml')
      else done()
    })
    await docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiConfig: {
        layout: 'BaseLayout',
        docExpansion: 'list',
        defaultModelsExpandDepth: 0,
        persistAuthorization: false,
      },
      theme: referenceTheme,
    })
  })
}

/** Serves the document itself. */
export async function openApiRoutes(app: FastifyInstance): Promise<void> {
  app.get(
    '/api/openapi.json',
    { config: { access: 'public' }, schema: { hide: true } },
    (req, reply) => sendDocument(app, req, reply),
  )
}

const types = { json: 'application/json; charset=utf-8', yaml: 'application/x-yaml' }

function sendDocument(
  app: FastifyInstance,
  req: FastifyRequest,
  reply: FastifyReply,
  form: keyof typeof types = 'json',
) {
  const { state, ...written } = writtenOnce(app)
  reply.header('Cache-Control', 'no-cache')
  if (hasCurrent(req, reply, state)) return reply.status(304).send()
  return reply.type(types[form]).send(written[form])
}

type Written = { json: Buffer; yaml: Buffer; state: string }

// The document never changes, and takes a millisecond to write.
const kept = new WeakMap<FastifyInstance, Written>()

function writtenOnce(app: FastifyInstance): Written {
  const before = kept.get(app)
  if (before) return before
  const json = Buffer.from(JSON.stringify(app.swagger()))
  const yaml = Buffer.from(app.swagger({ yaml: true }))
  const written = { json, yaml, state: `${json.length}-${crc32(json).toString(36)}` }
  kept.set(app, written)
  return written
}
