import type { UnavailableReason } from './exchange.ts'

/**
 * An incident to show to an operator; it never holds a key, a token or an address.
 *
 * - `retried`: the connection failed before an answer and the question was asked again. With
 *   `mayBeCountedTwice` the service may have taken the cost from the budget both times.
 * - `unavailable`: no verdict could be had, so the key was denied, or allowed unjudged.
 * - `misconfigured`: the service refuses this client's token or its question.
 */
export type Incident =
  | { type: 'retried'; mayBeCountedTwice: boolean }
  | { type: 'unavailable'; reason: UnavailableReason; decision: 'deny' | 'allow' }
  | { type: 'misconfigured'; message: string }

/** Where incidents go. A verdict never depends on it, so what it throws is dropped. */
export function reporterOf(
  report: (incident: Incident) => void = consoleReporter(),
): (incident: Incident) => void {
  return (incident) => {
    try {
      report(incident)
    } catch {
      // There is nobody else to tell.
    }
  }
}

const QUIET_MS = 60_000

/** Writes incidents to the console, each type once a minute at most, so an outage floods no log. */
export function consoleReporter(now: () => number = Date.now): (incident: Incident) => void {
  const quietUntil = new Map<Incident['type'], number>()
  return (incident) => {
    if (now() < (quietUntil.get(incident.type) ?? 0)) return
    quietUntil.set(incident.type, now() + QUIET_MS)
    // oxlint-disable-next-line no-console -- all that every runtime has; `report` replaces it
    console.error(`API key verification: ${sentence(incident)}`)
  }
}

function sentence(incident: Incident): string {
  switch (incident.type) {
    case 'retried':
      return `connection failed, asked again${incident.mayBeCountedTwice ? '; may be counted twice' : ''}`
    case 'unavailable':
      return `no verdict (${incident.reason}): ${incident.decision}`
    case 'misconfigured':
      return incident.message
  }
}
