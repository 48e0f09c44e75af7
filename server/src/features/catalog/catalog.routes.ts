import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import type { Context } from '../context.ts'
import { serviceOf } from '../request-principal.ts'
import { routeOf } from '../../http/answers/route-of.ts'
import { getOrganization } from '../organizations/get-organization.ts'
import { putOrganization } from '../organizations/put-organization.ts'
import { getAgent, getInstance, getScope, listScopes } from './catalog-reads.ts'
import { removeAgent } from './remove-agent.ts'
import { removeInstance } from './remove-instance.ts'
import { putAgent } from './put-agent.ts'
import { putInstance } from './put-instance.ts'
import { putScope } from './put-scope.ts'
import { removeScope } from './remove-scope.ts'

const config = { access: 'catalog:write' } as const

/** The platform's records: organizations, agents, and customers' instances of agents. */
export async function catalogRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.route({
    ...routeOf('PUT /api/internal/organizations/:id'),
    config,
    handler: (req) => putOrganization(ctx, serviceOf(req), req.params.id, req.body),
  })
  api.route({
    ...routeOf('GET /api/internal/organizations/:id'),
    config,
    handler: (req) => getOrganization(ctx, serviceOf(req), req.params.id),
  })

  api.route({
    ...routeOf('PUT /api/internal/agents/:id'),
    config,
    handler: (req) => putAgent(ctx, serviceOf(req), req.params.id, req.body),
  })
  api.route({
    ...routeOf('GET /api/internal/agents/:id'),
    config,
    handler: (req) => getAgent(ctx, serviceOf(req), req.params.id),
  })
  api.route({
    ...routeOf('DELETE /api/internal/agents/:id'),
    config,
    handler: async (req, reply) => {
      await removeAgent(ctx, serviceOf(req), req.params.id)
      return reply.status(204).send()
    },
  })

  api.route({
    ...routeOf('PUT /api/internal/instances/:id'),
    config,
    handler: (req) => putInstance(ctx, serviceOf(req), req.params.id, req.body),
  })
  api.route({
    ...routeOf('GET /api/internal/instances/:id'),
    config,
    handler: (req) => getInstance(ctx, serviceOf(req), req.params.id),
  })
  api.route({
    ...routeOf('DELETE /api/internal/instances/:id'),
    config,
    handler: async (req, reply) => {
      await removeInstance(ctx, serviceOf(req), req.params.id)
      return reply.status(204).send()
    },
  })

  api.route({
    ...routeOf('PUT /api/internal/scopes/:name'),
    config,
    handler: (req) => putScope(ctx, serviceOf(req), req.params.name, req.body),
  })
  api.route({
    ...routeOf('GET /api/internal/scopes/:name'),
    config,
    handler: (req) => getScope(ctx, req.params.name),
  })
  api.route({
    ...routeOf('DELETE /api/internal/scopes/:name'),
    config,
    handler: async (req, reply) => {
      await removeScope(ctx, serviceOf(req), req.params.name)
      return reply.status(204).send()
    },
  })
  api.route({
    ...routeOf('GET /api/scopes'),
    config: { access: 'scopes:read' },
    handler: () => listScopes(ctx),
  })
}
