import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import * as z from 'zod'
import {
  Agent,
  Instance,
  Organization,
  OrganizationId,
  PutAgentInput,
  PutInstanceInput,
  PutOrganizationInput,
  Uuid,
} from '@zentrix/shared/schemas/catalog.ts'
import type { Context } from '../context.ts'
import { serviceOf } from '../request-principal.ts'
import { errors, Nothing } from '../../http/answers/route-schemas.ts'
import { getOrganization } from '../organizations/get-organization.ts'
import { putOrganization } from '../organizations/put-organization.ts'
import { deleteAgent } from './delete-agent.ts'
import { deleteInstance } from './delete-instance.ts'
import { getAgent } from './get-agent.ts'
import { getInstance } from './get-instance.ts'
import { putAgent } from './put-agent.ts'
import { putInstance } from './put-instance.ts'

const tags = ['Catalog']
const config = { access: 'catalog:write' } as const
const OrganizationParams = z.object({ id: OrganizationId })
const UuidParams = z.object({ id: Uuid })
const readErrors = errors(400, 401, 403, 404, 503)
const writeErrors = errors(400, 401, 403, 404, 413, 415, 503)

/** What the platform tells us of: organizations, agents, and customers' instances of agents. */
export async function catalogRoutes(app: FastifyInstance, ctx: Context): Promise<void> {
  const api = app.withTypeProvider<ZodTypeProvider>()

  api.put(
    '/api/internal/organizations/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Make or change an organization',
        params: OrganizationParams,
        body: PutOrganizationInput,
        response: { 200: Organization, ...writeErrors },
      },
    },
    (req) => putOrganization(ctx, serviceOf(req), req.params.id, req.body),
  )
  api.get(
    '/api/internal/organizations/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Read an organization',
        params: OrganizationParams,
        response: { 200: Organization, ...readErrors },
      },
    },
    (req) => getOrganization(ctx, serviceOf(req), req.params.id),
  )

  api.put(
    '/api/internal/agents/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Make or change an agent',
        params: UuidParams,
        body: PutAgentInput,
        response: { 200: Agent, ...writeErrors },
      },
    },
    (req) => putAgent(ctx, serviceOf(req), req.params.id, req.body),
  )
  api.get(
    '/api/internal/agents/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Read an agent',
        params: UuidParams,
        response: { 200: Agent, ...readErrors },
      },
    },
    (req) => getAgent(ctx, serviceOf(req), req.params.id),
  )
  api.delete(
    '/api/internal/agents/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Delete an agent and its instances',
        params: UuidParams,
        response: { 204: Nothing, ...readErrors },
      },
    },
    async (req, reply) => {
      await deleteAgent(ctx, serviceOf(req), req.params.id)
      return reply.status(204).send()
    },
  )

  api.put(
    '/api/internal/instances/:id',
    {
      config,
      schema: {
        tags,
        summary: "Make or change an organization's instance of an agent",
        params: UuidParams,
        body: PutInstanceInput,
        response: { 200: Instance, ...writeErrors },
      },
    },
    (req) => putInstance(ctx, serviceOf(req), req.params.id, req.body),
  )
  api.get(
    '/api/internal/instances/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Read an instance',
        params: UuidParams,
        response: { 200: Instance, ...readErrors },
      },
    },
    (req) => getInstance(ctx, serviceOf(req), req.params.id),
  )
  api.delete(
    '/api/internal/instances/:id',
    {
      config,
      schema: {
        tags,
        summary: 'Delete an instance',
        params: UuidParams,
        response: { 204: Nothing, ...readErrors },
      },
    },
    async (req, reply) => {
      await deleteInstance(ctx, serviceOf(req), req.params.id)
      return reply.status(204).send()
    },
  )
}
