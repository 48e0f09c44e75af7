import { Policy, UpdatePolicyInput } from '../schemas/policy.ts'
import { errors } from './common.ts'

const tags = ['Policy']

export const policyRoutes = {
  'GET /api/policy': {
    operationId: 'getPolicy',
    tags,
    summary: 'Read what the organization asks of its keys',
    response: { 200: Policy, ...errors(400, 401, 403, 404, 503) },
  },
  'PATCH /api/policy': {
    operationId: 'updatePolicy',
    tags,
    summary: 'Change what the organization asks of its keys; absent keeps, null asks nothing',
    description:
      'Keys that were made before stay as they are. What is made, changed, rotated or imported from then on must keep to it.',
    body: UpdatePolicyInput,
    example: { maxLifetimeDays: 365, requireAllowedIps: true },
    response: { 200: Policy, ...errors(400, 401, 403, 404, 413, 415, 503) },
  },
}
