import { readFileSync } from 'node:fs';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  SamplingDecision,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { Sampler } from '@opentelemetry/sdk-trace';
import { pollSpan } from './kernel/log/tracing.js';

/** A collector that does not answer must not keep the server from stopping. */
const patienceMs = 3_000;

const { version } = JSON.parse(
  readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
) as { version: string };

const allButPolls: Sampler = {
  shouldSample: (_context, _trace, name) => ({
    decision: name === pollSpan ? SamplingDecision.NOT_RECORD : SamplingDecision.RECORD_AND_SAMPLED,
  }),
  toString: () => 'all but polls',
};

/**
 * Sends spans to a collector by OTLP over HTTP. Loaded only where one is named.
 * @param endpoint as OTEL_EXPORTER_OTLP_ENDPOINT: without the path of a signal
 * @returns how to send the last ones and stop
 */
export function openTracing(endpoint: string): () => Promise<void> {
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'gatehouse', 'service.version': version }),
    // Whatever a caller's own trace says: nobody hides what he asks.
    sampler: new ParentBasedSampler({
      root: allButPolls,
      remoteParentSampled: allButPolls,
      remoteParentNotSampled: allButPolls,
    }),
    spanProcessors: [
      new BatchSpanProcessor({
        exporter: new OTLPTraceExporter({ url, timeoutMillis: patienceMs }),
        exportTimeoutMillis: patienceMs,
      }),
    ],
  });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  trace.setGlobalTracerProvider(provider);
  return async () => {
    await provider.shutdown().catch(() => {});
    for (const api of [trace, propagation, context]) api.disable();
  };
}
