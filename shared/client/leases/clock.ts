/**
 * Both clocks, read together. The one of a frozen machine stands still where the other jumps when
 * it thaws, so a span has passed when either of them says so.
 */
export type Clock = { monoMs: number; wallMs: number }

/** A span of time that ends when either clock has counted it, or the wall clock was set back. */
export type Span = { monoEndMs: number; wallStartMs: number; wallEndMs: number }

/** A span that is over. */
export const OVER: Span = { monoEndMs: -Infinity, wallStartMs: 0, wallEndMs: -Infinity }

/** A span that never ends. */
export const ENDLESS: Span = { monoEndMs: Infinity, wallStartMs: -Infinity, wallEndMs: Infinity }

export function spanFrom({ monoMs, wallMs }: Clock, lengthMs: number): Span {
  return { monoEndMs: monoMs + lengthMs, wallStartMs: wallMs, wallEndMs: wallMs + lengthMs }
}

export function isRunning(span: Span, monoMs: number, wallMs: number): boolean {
  return monoMs < span.monoEndMs && wallMs < span.wallEndMs && wallMs >= span.wallStartMs
}
