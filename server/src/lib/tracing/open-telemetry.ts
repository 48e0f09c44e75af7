// The one file that imports OpenTelemetry; start-tracing loads it. The packages that instrument other
// libraries are not used: they replace functions of modules, and record addresses, paths and headers.
import {
  diag,
  DiagLogLevel,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  AlwaysOnSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { withoutTrace } from './trace-context.ts'
import type { Tracer } from './tracer.ts'

const NAME = 'zentrix-api-keys'
const MAX_WAITING_SPANS = 2048
const MAX_ATTRIBUTE_LENGTH = 1000
const EXPORT_TIMEOUT_MS = 5000
const CLOSE_PATIENCE_MS = 2000

/**
 * Sends traces to a collector by OTLP over HTTP. While it cannot be reached, 2,048 steps wait, and
 * further ones are dropped.
 *
 * @param endpoint as OTEL_EXPORTER_OTLP_ENDPOINT has it: the part before `/v1/traces`
 * @param onFailure called with each complaint of the library
 * @see https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 */
export function openTelemetry(endpoint: string, onFailure: (error: Error) => void): Tracer {
  const complain = (message: string) => onFailure(new Error(message))
  const ignore = () => undefined
  diag.setLogger(
    { error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  )
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': NAME }))
      .merge(detectResources({ detectors: [envDetector] })),
    // A caller that records no trace of its own gets none from us.
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    spanLimits: { attributeValueLengthLimit: MAX_ATTRIBUTE_LENGTH },
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({
          url: new URL('v1/traces', endpoint.endsWith('/') ? endpoint : `${endpoint}/`).href,
          timeoutMillis: EXPORT_TIMEOUT_MS,
        }),
        maxQueueSize: MAX_WAITING_SPANS,
        exportTimeoutMillis: EXPORT_TIMEOUT_MS,
      }),
    ],
  })
  const tracer = provider.getTracer(NAME)
  return {
    begin(kind, name, parent, attributes, startedAtMs) {
      const span = tracer.startSpan(
        name,
        {
          kind: kind === 'server' ? SpanKind.SERVER : SpanKind.CLIENT,
          attributes,
          ...(startedAtMs !== undefined && { startTime: startedAtMs }),
        },
        contextOf(parent),
      )
      const { traceId, spanId, traceFlags } = span.spanContext()
      const flags = traceFlags.toString(16).padStart(2, '0')
      return {
        traceparent: `00-${traceId}-${spanId}-${flags}`,
        end(more = {}, isFailure = false) {
          for (const [key, value] of Object.entries(more))
            if (value !== undefined) span.setAttribute(key, value)
          if (isFailure) span.setStatus({ code: SpanStatusCode.ERROR })
          // The sending of spans, which this may begin, is no part of a trace.
          withoutTrace(() => span.end())
        },
      }
    },
    async close() {
      const patience = Promise.withResolvers<void>()
      const timer = setTimeout(patience.resolve, CLOSE_PATIENCE_MS)
      const shutdown = provider.shutdown().catch(onFailure)
      await Promise.race([shutdown, patience.promise])
      clearTimeout(timer)
      diag.disable()
    },
  }
}

function contextOf(traceparent: string | undefined): Context {
  const [, traceId, spanId, flags] = traceparent?.split('-') ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId,
    spanId,
    traceFlags: Number.parseInt(flags, 16) & 1,
    isRemote: true,
  })
}
