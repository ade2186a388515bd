import { context, propagation, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Attributes, Span, SpanKind } from '@opentelemetry/api';

/** Asks for the provider when it is first used, so it may be registered later, or never. */
const tracer = trace.getTracer('gatehouse');

/** What asks again every few seconds would bury what people ask: it is left out, with all that happens within. */
export const pollSpan = 'poll';

export interface TraceOptions {
  readonly kind: SpanKind;
  /** By OpenTelemetry's semantic conventions; never who somebody is or what was typed. */
  readonly attributes?: Attributes;
  /** Begins anew, or carries on the trace of a caller who is trusted (W3C Trace Context). */
  readonly caller?: { readonly traceparent?: unknown };
}

/** Times `work` as a span, which fails when it throws. Without a collector it costs next to nothing. */
export function traced<T>(
  name: string,
  { kind, attributes = {}, caller }: TraceOptions,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const within = caller ? propagation.extract(ROOT_CONTEXT, caller) : context.active();
  return tracer.startActiveSpan(name, { kind, attributes }, within, async (span) => {
    try {
      return await work(span);
    } catch (error) {
      failed(span, (error as Error).name);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** @param type a code or a class of ours, never a message: those may name people */
export function failed(span: Span, type: string): void {
  span.setAttribute('error.type', type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The span of what is running, where one is recorded. */
export function activeSpan(): Span | undefined {
  const span = trace.getActiveSpan();
  return span?.isRecording() ? span : undefined;
}
