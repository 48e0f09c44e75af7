import * as z from 'zod'
import {
  Agent,
  DeclaredScope,
  DeclaredScopes,
  Instance,
  Organization,
  OrganizationId,
  PutAgentInput,
  PutInstanceInput,
  PutOrganizationInput,
  PutScopeInput,
  Uuid,
} from '../schemas/catalog.ts'
import { Scope } from '../schemas/scopes.ts'
import { errors, Nothing } from './common.ts'
import { DEMO_AGENT_ID } from '../keys/samples.ts'

const tags = ['Catalog']
const OrganizationParams = z.object({ id: OrganizationId })
const UuidParams = z.object({ id: Uuid })
const ScopeParams = z.object({ name: Scope })
const readErrors = errors(400, 401, 403, 404, 503)
const writeErrors = errors(400, 401, 403, 404, 413, 415, 503)

export const catalogRoutes = {
  'PUT /api/internal/organizations/:id': {
    operationId: 'putOrganization',
    tags,
    summary: 'Make or change an organization',
    params: OrganizationParams,
    body: PutOrganizationInput,
    example: { name: 'Acme', subscription: 'active' },
    response: { 200: Organization, ...writeErrors },
  },
  'GET /api/internal/organizations/:id': {
    operationId: 'getOrganization',
    tags,
    summary: 'Read an organization',
    params: OrganizationParams,
    response: { 200: Organization, ...readErrors },
  },
  'PUT /api/internal/agents/:id': {
    operationId: 'putAgent',
    tags,
    summary: 'Make or change an agent',
    params: UuidParams,
    body: PutAgentInput,
    example: { name: 'Customer Support Agent', active: true, organizationId: null },
    response: { 200: Agent, ...writeErrors },
  },
  'GET /api/internal/agents/:id': {
    operationId: 'getAgent',
    tags,
    summary: 'Read an agent',
    params: UuidParams,
    response: { 200: Agent, ...readErrors },
  },
  'DELETE /api/internal/agents/:id': {
    operationId: 'deleteAgent',
    tags,
    summary: 'Delete an agent and its instances',
    params: UuidParams,
    response: { 204: Nothing, ...readErrors },
  },
  'PUT /api/internal/instances/:id': {
    operationId: 'putInstance',
    tags,
    summary: "Make or change an organization's instance of an agent",
    params: UuidParams,
    body: PutInstanceInput,
    example: {
      agentId: DEMO_AGENT_ID,
      organizationId: 'org_01KBA0V0T3W8X1Q5Z7J9N2M4P6',
      name: 'Support in Hindi',
      active: true,
    },
    response: { 200: Instance, ...writeErrors },
  },
  'GET /api/internal/instances/:id': {
    operationId: 'getInstance',
    tags,
    summary: 'Read an instance',
    params: UuidParams,
    response: { 200: Instance, ...readErrors },
  },
  'DELETE /api/internal/instances/:id': {
    operationId: 'deleteInstance',
    tags,
    summary: 'Delete an instance',
    params: UuidParams,
    response: { 204: Nothing, ...readErrors },
  },
  'PUT /api/internal/scopes/:name': {
    operationId: 'putScope',
    tags,
    summary: 'Declare a scope that keys may have, or change its description',
    description:
      'The portal offers it to people who make keys. A scope that nobody declared is as good.',
    params: ScopeParams,
    body: PutScopeInput,
    example: { description: 'Read calls and their transcripts' },
    response: { 200: DeclaredScope, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'GET /api/internal/scopes/:name': {
    operationId: 'getScope',
    tags,
    summary: 'Read a declared scope',
    params: ScopeParams,
    response: { 200: DeclaredScope, ...readErrors },
  },
  'DELETE /api/internal/scopes/:name': {
    operationId: 'deleteScope',
    tags,
    summary: 'Delete the declaration of a scope; keys that have it keep it',
    params: ScopeParams,
    response: { 204: Nothing, ...readErrors },
  },
  'GET /api/scopes': {
    operationId: 'listScopes',
    tags: ['Keys'],
    summary: "List the scopes that the platform's services declared",
    response: { 200: DeclaredScopes, ...readErrors },
  },
}
