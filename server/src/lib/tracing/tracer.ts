// The interface to traces, without the library that makes them: that is loaded only where somebody
// wants traces.

export type Attributes = Record<string, string | number | string[] | undefined>

/** One step of a trace. */
export type Span = {
  /** Names it to those that work for it. */
  traceparent: string
  end(attributes?: Attributes, isFailure?: boolean): void
}

export type Tracer = {
  /** @param parent the `traceparent` of the step that this one is a part of */
  begin(
    kind: 'server' | 'client',
    name: string,
    parent: string | undefined,
    attributes: Attributes,
    startedAtMs?: number,
  ): Span
  /** Sends what is left, for a moment at most. */
  close(): Promise<void>
}

let tracer: Tracer | undefined

/** The tracer of this thread; undefined where nobody wants traces. */
export function currentTracer(): Tracer | undefined {
  return tracer
}

export function setTracer(next: Tracer | undefined): void {
  tracer = next
}
