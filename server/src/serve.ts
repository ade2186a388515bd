import { openApp } from './app.js';
import { readConfig } from './config.js';
import { openDoors } from './doors.js';
import { openDatabase } from './embedded/database-url.js';
import { Sites } from './features/site/sites.js';
import { createLog } from './kernel/log.js';

const graceMs = 10_000;

/** Starts everything, in the order in which each needs the one before; stops it in the other order. */
export async function serve(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  const database = await openDatabase(config, log, 'server');
  const closers: (() => Promise<void>)[] = [() => database.stop()];
  const close = async () => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const app = await openApp({ config, databaseUrl: database.url, log });
    closers.push(() => app.close());
    const doors = await openDoors(app);
    closers.push(() => doors.close(graceMs));
    const { port } = await doors.listen();
    const token = await app.kernel.database.unitOfWork(() => app.get(Sites).offerSetUp());
    greet(config.publicUrl, port, token);
  } catch (error) {
    await close();
    throw error;
  }
  const stop = (signal: string) => {
    log.info({ signal }, 'stopping');
    close().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'did not stop in order');
        process.exit(1);
      },
    );
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}

function greet(publicUrl: string, port: number, token: string | null): void {
  const lines = [`Gatehouse is at ${publicUrl} (port ${port}).`];
  if (token !== null) {
    lines.push(
      '',
      'It waits for its first administrator. One-time set-up token:',
      '',
      `    ${token}`,
    );
  }
  process.stdout.write(`\n${lines.join('\n')}\n\n`);
}
