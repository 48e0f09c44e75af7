// Longer than the decision about any credential takes, and far shorter than a timer could be.
const REFUSAL_MS = 0.02

/**
 * Lets a refusal take as long as every other. One of a key that once was takes a microsecond or
 * two more than one of a key that never was, which is enough to tell them apart by asking often.
 * Does nothing where a database server has made the decision take longer, and less even, anyway.
 *
 * @param startedAt by `performance.now()`, before the credential was looked up
 */
export function equalizeRefusalTime(startedAt: number): void {
  while (performance.now() - startedAt < REFUSAL_MS);
}
