import * as z from 'zod'

export const MAX_LEAK_REPORTS = 1000

/**
 * One place, as GitHub's secret scanning reports it. Fields that we do not know are passed over,
 * unlike everywhere else: the sender is a program of somebody else's, which grows new ones, and a
 * report that is refused for one of them leaves a key in strangers' hands.
 *
 * @see https://docs.github.com/code-security/secret-scanning/secret-scanning-partner-program
 */
export const LeakReport = z
  .object({
    token: z.string(),
    type: z.string().max(200).meta({ description: 'How the provider calls our format' }),
    url: z.string().nullish().meta({ description: 'Where it was found; may be empty' }),
    source: z
      .string()
      .nullish()
      .meta({ examples: ['content', 'commit', 'npm'] }),
  })
  .meta({ id: 'LeakReport' })
export type LeakReport = z.infer<typeof LeakReport>

export const LeakReports = z.array(LeakReport).max(MAX_LEAK_REPORTS)

/** Whether what was reported is one of ours; the token itself is never sent back. */
export const LeakFeedback = z
  .object({
    token_hash: z.string().meta({ description: 'SHA-256 of the token, in hexadecimal' }),
    token_type: z.string(),
    label: z.enum(['true_positive', 'false_positive']),
  })
  .meta({ id: 'LeakFeedback' })
export type LeakFeedback = z.infer<typeof LeakFeedback>

const MAX_MATCHES = 20

/**
 * A request of TruffleHog to a custom detector's verifier: its matches, by detector and by regex.
 */
export const DetectorMatches = z.record(
  z.string().max(100),
  z.record(z.string().max(100), z.array(z.string()).max(MAX_MATCHES)),
)
export type DetectorMatches = z.infer<typeof DetectorMatches>
