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
} from '../schemas/catalog.ts'
import { errors, Nothing } from './common.ts'

const tags = ['Catalog']
const OrganizationParams = z.object({ id: OrganizationId })
const UuidParams = z.object({ id: Uuid })
const readErrors = errors(400, 401, 403, 404, 503)
const writeErrors = errors(400, 401, 403, 404, 413, 415, 503)

export const catalogRoutes = {
  'PUT /api/internal/organizations/:id': {
    tags,
    summary: 'Make or change an organization',
    params: OrganizationParams,
    body: PutOrganizationInput,
    response: { 200: Organization, ...writeErrors },
  },
  'GET /api/internal/organizations/:id': {
    tags,
    summary: 'Read an organization',
    params: OrganizationParams,
    response: { 200: Organization, ...readErrors },
  },
  'PUT /api/internal/agents/:id': {
    tags,
    summary: 'Make or change an agent',
    params: UuidParams,
    body: PutAgentInput,
    response: { 200: Agent, ...writeErrors },
  },
  'GET /api/internal/agents/:id': {
    tags,
    summary: 'Read an agent',
    params: UuidParams,
    response: { 200: Agent, ...readErrors },
  },
  'DELETE /api/internal/agents/:id': {
    tags,
    summary: 'Delete an agent and its instances',
    params: UuidParams,
    response: { 204: Nothing, ...readErrors },
  },
  'PUT /api/internal/instances/:id': {
    tags,
    summary: "Make or change an organization's instance of an agent",
    params: UuidParams,
    body: PutInstanceInput,
    response: { 200: Instance, ...writeErrors },
  },
  'GET /api/internal/instances/:id': {
    tags,
    summary: 'Read an instance',
    params: UuidParams,
    response: { 200: Instance, ...readErrors },
  },
  'DELETE /api/internal/instances/:id': {
    tags,
    summary: 'Delete an instance',
    params: UuidParams,
    response: { 204: Nothing, ...readErrors },
  },
}
