import { SignInPolicy, UpdateSignInPolicyInput } from '../../schemas/people/sign-in-policy.ts'
import { errors } from '../common.ts'

const tags = ['Policy']

export const signInPolicyRoutes = {
  'GET /api/sign-in-policy': {
    operationId: 'getSignInPolicy',
    tags,
    summary: 'Read what the organization asks of those who sign in',
    response: { 200: SignInPolicy, ...errors(400, 401, 403, 404, 503) },
  },
  'PATCH /api/sign-in-policy': {
    operationId: 'updateSignInPolicy',
    tags,
    summary: 'Require a second factor of all members, or no longer',
    description:
      'A member who signs in by a password and has no second factor then reaches only its set-up. The owner who requires it must have one: 409.',
    body: UpdateSignInPolicyInput,
    example: { requireSecondFactor: true },
    response: { 200: SignInPolicy, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
}
