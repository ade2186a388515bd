/**
 * A server without doors in a process of its own, to be killed: works the queue of DATABASE_URL.
 * Says `working` when it does.
 */
import { openApp } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { createLog } from '../src/kernel/log.js';

const config = readConfig(process.env, { envFile: false });
const app = await openApp({ config, databaseUrl: config.databaseUrl!, log: createLog('silent') });
await app.worker.open();
process.stdout.write('working\n');
