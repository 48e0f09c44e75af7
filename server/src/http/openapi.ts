import fastifySwagger from '@fastify/swagger'
import fastifySwaggerUi from '@fastify/swagger-ui'
import type { FastifyInstance } from 'fastify'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import { accessRules, type Access } from './access.ts'

const securitySchemes = {
  session: { type: 'apiKey', in: 'cookie', name: 'nas.session_token' },
  serviceToken: { type: 'http', scheme: 'bearer', description: 'A service token, `nassvc_…`' },
  apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, `nas_…`' },
} as const

/** Which credentials a rule accepts, as OpenAPI says it: one of these is enough. */
function securityOf(access: Access) {
  switch (accessRules[access].by) {
    case 'anyone':
    case 'session':
      return []
    case 'tenant':
      return [{ session: [] }, { serviceToken: [] }]
    case 'service':
      return [{ serviceToken: [] }]
    case 'key':
      return [{ apiKey: [] }]
  }
}

/** Generates OpenAPI 3.1 from the schemas that validate, and serves a reference at /docs. */
export async function describeApi(app: FastifyInstance, publicUrl: string): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Zentrix Agent Studio API keys',
        version: '1.0.0',
        description:
          'Make, verify, rotate and revoke API keys, and swap one for a one-minute widget token.',
      },
      servers: [{ url: publicUrl }],
      components: { securitySchemes },
    },
    transform: (route) => {
      const { schema, url } = jsonSchemaTransform(route)
      const { access } = route.route.config ?? {}
      const security = access === undefined ? [] : securityOf(access)
      return { url, schema: schema && { ...schema, security } }
    },
    transformObject: jsonSchemaTransformObject,
  })
  // The reader's own files are for anyone.
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, access: 'public' }
    })
    await docs.register(fastifySwaggerUi, {
      routePrefix: '/docs',
      uiConfig: { docExpansion: 'list', defaultModelsExpandDepth: 0, persistAuthorization: false },
      theme: { title: 'Zentrix API reference' },
    })
  })
}

/** Serves the document itself. */
export async function openApiRoutes(app: FastifyInstance): Promise<void> {
  app.get(
    '/api/openapi.json',
    { config: { access: 'public' }, schema: { hide: true } },
    async (_, reply) => reply.serializer(JSON.stringify).send(app.swagger()),
  )
}
