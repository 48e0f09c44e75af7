/** How long a request may take in tests: other work on the machine must not make it a 503. */
export const PATIENCE_MS = 120_000
