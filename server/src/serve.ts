import { openApp } from './app.js';
import type { App } from './app.js';
import { readConfig } from './config.js';
import type { Config } from './config.js';
import { fillDemo } from './demo.js';
import { openDoors } from './doors.js';
import { openDatabase } from './embedded/database-url.js';
import { Sites } from './features/site/sites.js';
import { createLog } from './kernel/log/log.js';
import { letGoOfStart } from './let-go.js';

const graceMs = 10_000;
/** A terminal's Ctrl-C reaches every process of its group, some of which pass it on. */
const sameSignalMs = 1_000;

/** Starts everything, in the order in which each needs the one before; stops it in the other order. */
export async function serve(options: { demo?: boolean } = {}): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const closers: (() => Promise<void>)[] = [];
  let stopping: { at: number; done: Promise<void> } | null = null;
  const stop = (why: string) => {
    stopping ??= { at: Date.now(), done: closeAll(closers, () => log.info({ why }, 'stopping')) };
    return stopping.done;
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      // Asked again on purpose: whoever waits no longer loses nothing, all is in the database.
      if (stopping && Date.now() - stopping.at > sameSignalMs) process.exit(130);
      void stop(signal).then(
        () => process.exit(0),
        () => process.exit(1),
      );
    });
  }
  try {
    if (config.otlpEndpoint !== null) {
      const { openTracing } = await import('./tracing.js');
      closers.push(openTracing(config.otlpEndpoint));
    }
    const database = await openDatabase(config, log, 'server');
    closers.push(() => database.stop());
    const app = await openApp({ config, databaseUrl: database.url, log });
    closers.push(() => app.close());
    const demo = options.demo ? await fillDemo(app) : null;
    const doors = await openDoors(app);
    closers.push(() => doors.close(graceMs));
    // Before anybody can ask.
    letGoOfStart();
    await doors.listen();
    greet(config, await offer(app), demo);
  } catch (error) {
    // What fails because everything is being stopped is no failure.
    if (stopping) return;
    await stop('it could not start');
    throw told(error, config);
  }
}

async function closeAll(closers: (() => Promise<void>)[], tell: () => void): Promise<void> {
  tell();
  for (const closer of closers.splice(0).reverse()) await closer();
}

const offer = (app: App) => app.kernel.database.unitOfWork(() => app.get(Sites).offerSetUp());

/** What the operator can mend, in words. */
function told(error: unknown, config: Config): unknown {
  const code = (error as { code?: unknown }).code;
  const place = `${config.host}:${config.port}`;
  if (code === 'EADDRINUSE') {
    return new Error(
      `Another program listens on ${place}. Stop it, or set PORT to another one, e.g. PORT=3001`,
    );
  }
  if (code === 'EACCES') {
    return new Error(`This user may not listen on ${place}. Set PORT above 1023, e.g. PORT=3000`);
  }
  if (code === 'EADDRNOTAVAIL') {
    return new Error(
      `This machine has no address ${config.host}. Set HOST to one of its own, e.g. HOST=127.0.0.1`,
    );
  }
  return error;
}

function greet(config: Config, token: string | null, demo: string | null): void {
  const lines = [`Gatehouse is at ${config.publicUrl}`];
  if (token !== null) {
    lines.push(
      '',
      'It waits for its first administrator. One-time set-up token:',
      '',
      `    ${token}`,
    );
  }
  if (demo !== null) lines.push('', demo);
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
