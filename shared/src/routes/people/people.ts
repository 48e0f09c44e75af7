import {
  ShowInvitationInput,
  ShownInvitation,
  SignInOptions,
} from '../../schemas/people/sessions.ts'
import { errors } from '../common.ts'

const tags = ['Sessions']

/** Our own routes beside better-auth's. */
export const peopleRoutes = {
  'GET /api/session/options': {
    operationId: 'getSignInOptions',
    tags,
    summary: 'How a person can get in, before anyone has signed in',
    response: { 200: SignInOptions },
  },
  'POST /api/session/invitation': {
    operationId: 'showInvitation',
    tags,
    summary: 'Who invites to which organization, for whoever holds the link',
    description: 'The token is in the body, so that it is in no log of addresses.',
    body: ShowInvitationInput,
    example: { token: 'the-token-of-the-link' },
    response: { 200: ShownInvitation, ...errors(400, 403, 404, 413, 415, 503) },
  },
}
