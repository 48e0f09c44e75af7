import type { LeakFeedback, LeakReport } from '@zentrix/shared/schemas/leaks.ts'
import type { Context } from '../context.ts'
import { hashSecret } from '../../crypto/hash.ts'
import { systemPrincipal, type RequestTrace } from '../principals.ts'
import { redact } from '../../lib/log/redact.ts'
import { actOnLeak, type Leak } from './act-on-leak.ts'
import { announceLeaks } from './announce-leaks.ts'

/**
 * Takes reports of GitHub's secret scanning: each secret of ours is revoked or marked, as
 * LEAK_POLICY says, and its administrators get a mail. A repeated report changes nothing.
 *
 * @param reports signed by the provider
 * @returns for each report whether the secret is ours, without the secret
 */
export async function takeReports(
  ctx: Context,
  trace: RequestTrace,
  reports: LeakReport[],
): Promise<LeakFeedback[]> {
  const scanner = { ...systemPrincipal, name: 'GitHub secret scanning', trace }
  const leaks: Leak[] = []
  const feedback: LeakFeedback[] = []
  try {
    for (const report of reports) {
      const { isOurs, leak } = await actOnLeak(ctx, scanner, report)
      if (leak) leaks.push(leak)
      feedback.push({
        token_hash: hashSecret(report.token).toString('hex'),
        token_type: redact(report.type),
        label: isOurs ? 'true_positive' : 'false_positive',
      })
    }
  } finally {
    // Also when the database fails half-way: a retry would find these noted already, and mail nobody.
    await announceLeaks(ctx, leaks)
  }
  return feedback
}
