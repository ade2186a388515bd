import type { Log } from '../../../kernel/log/log.js';
import { answer, answerJson } from '../answer.js';
import type { Route } from './routes.js';

export type Readiness =
  | { readonly ok: true }
  | { readonly ok: false; readonly reason: 'database' | 'migrations' | 'draining' };

export type Ready = () => Promise<Readiness>;

export interface HealthOptions {
  readonly ready: Ready;
  readonly isDraining: () => boolean;
  readonly log: Log;
  /** Milliseconds that `ready` may take before the answer is no. */
  readonly bound?: number;
}

/** /healthz: the process answers. /readyz: it can serve people. */
export function healthRoutes(o: HealthOptions): Route[] {
  const ask = shared(() => bounded(o));
  return [
    {
      name: 'health',
      path: '/healthz',
      methods: ['GET', 'HEAD'],
      whenDraining: true,
      handle: async (_request, response) =>
        answer(response, 200, 'ok', { 'Content-Type': 'text/plain; charset=utf-8' }),
    },
    {
      name: 'health',
      path: '/readyz',
      methods: ['GET', 'HEAD'],
      whenDraining: true,
      async handle(_request, response) {
        const readiness: Readiness = o.isDraining()
          ? { ok: false, reason: 'draining' }
          : await ask();
        answerJson(response, readiness.ok ? 200 : 503, readiness);
      },
    },
  ];
}

/** Nobody has to sign in to ask, so a thousand who ask at once cost the database one question. */
function shared<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<T> | null = null;
  return () => (underWay ??= ask().finally(() => (underWay = null)));
}

async function bounded({ ready, log, bound = 2000 }: HealthOptions): Promise<Readiness> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Readiness>((resolve) => {
    timer = setTimeout(() => resolve({ ok: false, reason: 'database' }), bound);
  });
  try {
    return await Promise.race([ready(), late]);
  } catch (error) {
    log.warn({ err: error }, 'readiness could not be told');
    return { ok: false, reason: 'database' };
  } finally {
    clearTimeout(timer);
  }
}
