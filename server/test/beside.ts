import { openApp } from '../src/app.js';
import type { App } from '../src/app.js';
import { readConfig } from '../src/config.js';
import type { Log } from '../src/kernel/log/log.js';
import { createLog } from '../src/kernel/log/log.js';
import { anonymous } from '../src/kernel/access/viewer.js';
import type { Origin, Viewer } from '../src/kernel/access/viewer.js';
import { Identity } from '../src/transport/graphql/identity.js';
import { nobody } from './app.js';
import type { TestApp } from './app.js';

export interface SecondApp extends App {
  unit<T>(work: () => Promise<T>): Promise<T>;
}

/** Another server on the same database, with the same key and clock: also what a restart leads to. */
export async function openBeside(app: TestApp, log: Log = createLog('silent')): Promise<SecondApp> {
  const config = readConfig({ DATA_DIR: app.dataDir, PORT: '0' }, { envFile: false });
  const hashing = { cost: { memory: 1_024, passes: 1, lanes: 1 } };
  const { databaseUrl, clock } = app;
  const second = await openApp({ config, databaseUrl, log, clock, hashing });
  return { ...second, unit: (work) => second.kernel.database.unitOfWork(work) };
}

/** Somebody whose browser has no session, at this address. */
export const nobodyAt = (address: string): Viewer => anonymous({ address, userAgent: 'test' });

/** Who a cookie makes its bearer now. */
export function viewerOf(
  app: Pick<TestApp, 'house' | 'unit'>,
  secret: string,
  origin: Origin = nobody.origin,
): Promise<Viewer> {
  const credentials = { authorization: null, cookie: secret };
  return app.unit(() => new Identity(app.house.credentials).identify(credentials, origin));
}

interface Extensions {
  readonly code: string;
  readonly field?: string;
  readonly retryAfter?: number;
  readonly issues?: readonly string[];
}

/** What stood in the first error, or null when all went well. */
export function refusalOf(answer: {
  readonly errors?: readonly { readonly extensions: object }[];
}): Extensions | null {
  return (answer.errors?.[0]?.extensions as Extensions | undefined) ?? null;
}

/** The code of what a use-case refused with; the error itself when it was no refusal. */
export async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'done';
  } catch (error) {
    return (error as { code?: string }).code ?? String(error);
  }
}
