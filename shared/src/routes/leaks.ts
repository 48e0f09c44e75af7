import * as z from 'zod'
import { RevokeLeakedInput } from '../schemas/keys.ts'
import { DetectorMatches, LeakFeedback, LeakReports } from '../schemas/leaks.ts'
import { errors, Nothing } from './common.ts'
import { SAMPLE_KEY } from '../keys/samples.ts'

export const leakRoutes = {
  'POST /api/keys/revoke-leaked': {
    operationId: 'revokeLeakedKey',
    tags: ['Public API'],
    summary: 'End a key that was found; whoever holds it may',
    description: 'The answer is the same for any text, so that it tells nothing.',
    body: RevokeLeakedInput,
    example: { key: SAMPLE_KEY },
    response: { 202: Nothing, ...errors(400, 413, 415, 429, 503) },
  },
  'POST /api/leaks/github': {
    operationId: 'reportLeaks',
    tags: ['Leaks'],
    summary: "Report secrets found in public; for GitHub's secret scanning",
    description:
      'The headers Github-Public-Key-Identifier and Github-Public-Key-Signature sign the body (ECDSA on P-256 with SHA-256). What is ours is ended or marked, as LEAK_POLICY says. Unknown fields are passed over.',
    body: LeakReports,
    example: [
      {
        token: SAMPLE_KEY,
        type: 'zentrix_api_key',
        url: 'https://github.com/acme/app',
        source: 'content',
      },
    ],
    response: { 200: z.array(LeakFeedback), ...errors(400, 401, 413, 415, 429, 503) },
  },
  'POST /api/leaks/trufflehog': {
    operationId: 'askAboutSecrets',
    tags: ['Leaks'],
    summary: 'Ask whether a secret that was found still works; for a TruffleHog detector',
    description: '200 if one of the matches is live, 204 if none is.',
    body: DetectorMatches,
    example: { 'zentrix-api-key': { key: [SAMPLE_KEY] } },
    response: {
      200: Nothing,
      204: Nothing,
      ...errors(400, 401, 403, 413, 415, 503),
    },
  },
}
