import {
  EndPortalSessionsQuery,
  HandOff,
  MakePortalLinkInput,
  OpenPortalLinkInput,
  PortalLink,
} from '../../schemas/people/portal-sessions.ts'
import { errors, IdempotencyHeaders, Nothing, sameAnswerAgain } from '../common.ts'

const tags = ['Hand-off']

export const portalSessionRoutes = {
  'POST /api/portal-sessions': {
    operationId: 'makePortalLink',
    tags,
    summary: "Make a link that signs one of the platform's customers in to the portal, once",
    description:
      'For this organization and role alone. The link is good for 60 seconds; opening it sets the role for all sessions of that person. ' +
      `${sameAnswerAgain}, also when the link is used or over by then.`,
    headers: IdempotencyHeaders,
    body: MakePortalLinkInput,
    example: {
      organizationId: 'org_01JQ8Z7M3W5V9X2Y4T6R8P0N1K',
      user: { externalId: 'customer-42', email: 'kim@customer.example', name: 'Kim Lee' },
      role: 'admin',
      returnUrl: 'https://app.example.com/settings',
    },
    response: { 201: PortalLink, ...errors(400, 401, 403, 404, 409, 413, 415, 503) },
  },
  'DELETE /api/portal-sessions': {
    operationId: 'endPortalSessions',
    tags,
    summary: 'End all sessions and unused links of a person at once',
    description: 'They act from the next request on. Nothing to end is no error.',
    querystring: EndPortalSessionsQuery,
    response: { 204: Nothing, ...errors(400, 401, 403, 404, 503) },
  },
  'POST /api/session/portal-link': {
    operationId: 'openPortalLink',
    tags,
    summary: 'Sign in with the code of a link',
    description:
      'The portal sends the code, which is in the fragment of the link, in a body: so it is in no log of addresses.',
    body: OpenPortalLinkInput,
    example: { code: 'the-code-of-the-link' },
    response: { 200: HandOff, ...errors(400, 403, 404, 413, 415, 503) },
  },
}
