import * as z from 'zod'
import { FindRefusalsQuery, FoundRefusals, KeyCallers } from '../schemas/usage/callers.ts'
import {
  KeyUsage,
  OrganizationUsage,
  OrganizationUsageQuery,
  UsageQuery,
} from '../schemas/usage/usage.ts'
import { errors, IdParams } from './common.ts'

const tags = ['Usage']
const UsageFile = z
  .string()
  .meta({ description: 'A table of all intervals, one in a line (RFC 4180)' })

export const usageRoutes = {
  'GET /api/keys/:id/usage': {
    operationId: 'getKeyUsage',
    tags,
    summary: 'Count the uses of a key by hour or day, and by how each ended',
    description:
      'Oldest first, with the intervals without use. An interval that only a part of the time lies in is counted whole. Hours are kept for 31 days; of a day before that, the first hour has the counts of all its hours.',
    params: IdParams,
    querystring: UsageQuery,
    response: { 200: KeyUsage, ...errors(400, 401, 403, 404, 503) },
  },
  'GET /api/keys/:id/callers': {
    operationId: 'getKeyCallers',
    tags,
    summary: 'Who presents a key: the addresses last seen, and the last refusals',
    description:
      'Of an hour, later a day, the 20 addresses last seen are counted; a peek is neither counted nor described. Refusals are removed with the usage of their time.',
    params: IdParams,
    response: { 200: KeyCallers, ...errors(400, 401, 403, 404, 503) },
  },
  'GET /api/usage': {
    operationId: 'getUsage',
    tags,
    summary: "Count the uses of all of the organization's keys, and name the most used",
    description:
      'Intervals as of one key. A key counts for the environment that it had when it was used. Uses that a verifier brought more than two days late are counted, but do not decide which keys are named.',
    querystring: OrganizationUsageQuery,
    response: {
      200: {
        description: 'The counts, or with `format=csv` a file of the intervals',
        content: {
          'application/json': { schema: OrganizationUsage },
          'text/csv': { schema: UsageFile },
        },
      },
      ...errors(400, 401, 403, 503),
    },
  },
  'GET /api/refusals': {
    operationId: 'findRefusals',
    tags,
    summary: 'Find why a request was refused, by its request id',
    description:
      "Among the last refusals of each key of the organization. A secret that was never known belongs to no key, so its refusal is nobody's.",
    querystring: FindRefusalsQuery,
    response: { 200: FoundRefusals, ...errors(400, 401, 403, 503) },
  },
}
