import { access, constants, stat, statfs } from 'node:fs/promises';
import { Redis } from 'ioredis';
import { createTransport } from 'nodemailer';
import pg from 'pg';
import { loadSecretKeys } from '../config/secret-keys.js';
import type { Config } from '../config.js';
import { discordBot, signalService } from './doctor-providers.js';
import { Sealer } from '../kernel/crypto/seal.js';
import { readMigrations } from '../kernel/database/migration-files.js';

export interface Finding {
  readonly what: string;
  readonly state: 'ok' | 'warning' | 'failed';
  /** What was seen, and how to mend it. */
  readonly words: string;
}

type Seen = Pick<Finding, 'state' | 'words'>;

const ok = (words: string): Seen => ({ state: 'ok', words });
const warning = (words: string): Seen => ({ state: 'warning', words });
const failed = (words: string): Seen => ({ state: 'failed', words });

const gigabyte = 1e9;
const mostSkewMs = 2_000;
const patienceMs = 5_000;

/**
 * Looks at everything an operator can get wrong, and changes nothing. One check that fails does not
 * keep the others from being made.
 * @param databaseUrl null when it could not be opened, which was said already
 */
export async function examine(config: Config, databaseUrl: string | null): Promise<Finding[]> {
  const checks: [string, () => Promise<Seen>][] = [
    ['data folder', () => dataFolder(config.dataDir)],
    ['free space', () => freeSpace(config.dataDir)],
    ['address', () => Promise.resolve(address(config))],
    ['mail', () => mail(config.smtpUrl)],
    ['server', () => server(config)],
    ...(config.redisUrl === null
      ? []
      : [['redis', () => redis(config.redisUrl!)] satisfies [string, () => Promise<Seen>]]),
    ...providers(config),
  ];
  const findings = await Promise.all(checks.map(([what, check]) => made(what, check)));
  if (databaseUrl === null) return findings;
  return [...findings, ...(await ofDatabase(config, databaseUrl))];
}

function providers(config: Config): [string, () => Promise<Seen>][] {
  const found: [string, () => Promise<Seen>][] = [];
  if (config.signal.apiUrl !== null) {
    found.push(['signal', async () => ok(await signalService(config))]);
  }
  if (config.discord.botToken !== null) {
    found.push(['discord bot', async () => ok(await discordBot(config))]);
  }
  return found;
}

async function made(what: string, check: () => Promise<Seen>): Promise<Finding> {
  try {
    return { what, ...(await check()) };
  } catch (error) {
    return { what, ...failed(error instanceof Error ? error.message : String(error)) };
  }
}

async function dataFolder(folder: string): Promise<Seen> {
  await access(folder, constants.R_OK | constants.W_OK);
  const { mode } = await stat(folder);
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    return warning(`other users of this machine may look into ${folder}: chmod 700 ${folder}`);
  }
  return ok(folder);
}

async function freeSpace(folder: string): Promise<Seen> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  const words = `${(free / gigabyte).toFixed(1)} GB free`;
  if (free < gigabyte / 10) return failed(`${words}: PostgreSQL stops when there is none`);
  return free < gigabyte ? warning(words) : ok(words);
}

function address({ publicUrl, trustedProxies, host }: Config): Seen {
  const { protocol, hostname } = new URL(publicUrl);
  const local = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  if (protocol !== 'https:' && !local) {
    return failed(`${publicUrl} is not https: passwords and cookies travel in the clear`);
  }
  const alone = host === '127.0.0.1' || host === '::1';
  if (protocol === 'https:' && alone && trustedProxies.length === 0) {
    return warning(
      `${publicUrl} needs a proxy in front, which TRUSTED_PROXIES does not name: everybody has its address`,
    );
  }
  return ok(publicUrl);
}

async function mail(smtpUrl: string | null): Promise<Seen> {
  if (smtpUrl === null) return warning('no SMTP_URL: mails become files in DATA_DIR/outbox');
  const transport = createTransport({ url: smtpUrl, connectionTimeout: patienceMs });
  try {
    await transport.verify();
    return ok(new URL(smtpUrl).host);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed(`${new URL(smtpUrl).host} does not take mails: ${reason}`);
  } finally {
    transport.close();
  }
}

async function server({ host, port }: Config): Promise<Seen> {
  const at = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  try {
    const answer = await fetch(`${at}/readyz`, { signal: AbortSignal.timeout(patienceMs) });
    return answer.ok ? ok(`${at} is ready`) : failed(`${at} answers: ${await answer.text()}`);
  } catch {
    return warning(`nothing answers at ${at}: no server runs here`);
  }
}

async function redis(url: string): Promise<Seen> {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => {});
  try {
    await client.connect();
    return ok(await client.ping());
  } finally {
    client.disconnect();
  }
}

async function ofDatabase(config: Config, url: string): Promise<Finding[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    // One after the other: they share a connection.
    return [
      await made('database', () => database(client)),
      await made('migrations', () => migrations(client)),
      await made('key', () => key(client, config)),
      await made('clock', () => clock(client)),
      await made('queue', () => queue(client)),
    ];
  } finally {
    await client.end();
  }
}

async function database(client: pg.Client): Promise<Seen> {
  const { rows } = await client.query<{ server_version: string }>('show server_version');
  const version = rows[0]!.server_version;
  const major = Number.parseInt(version, 10);
  if (major < 15 || major > 18) return failed(`PostgreSQL ${version}: 15 to 18 are supported`);
  return ok(`PostgreSQL ${version}`);
}

async function migrations(client: pg.Client): Promise<Seen> {
  const known = readMigrations().map(({ name }) => name);
  const { rows } = await client.query<{ done: boolean }>(
    `select to_regclass('public.migration') is not null as done`,
  );
  const done = rows[0]!.done
    ? (await client.query<{ name: string }>('select name from migration')).rows
    : [];
  const names = new Set(done.map(({ name }) => name));
  const newer = done.filter(({ name }) => !known.includes(name));
  if (newer.length > 0) return failed('the database was made by a newer Gatehouse');
  const missing = known.filter((name) => !names.has(name));
  if (missing.length === 0) return ok(`${known.length} done`);
  return warning(`${missing.length} wait for the next start, or for: gatehouse migrate`);
}

async function key(client: pg.Client, config: Config): Promise<Seen> {
  const { rows } = await client.query<{ key_fingerprint: string | null }>(
    'select key_fingerprint from site',
  );
  const fingerprint = rows[0]?.key_fingerprint ?? null;
  const sealer = new Sealer(await loadSecretKeys(config, config.dataDir));
  if (fingerprint === null || sealer.knows(fingerprint)) return ok('opens what the database holds');
  return failed('SECRET_KEY is not the key this database was sealed with: no server can start');
}

async function clock(client: pg.Client): Promise<Seen> {
  const before = Date.now();
  const { rows } = await client.query<{ now: Date }>('select clock_timestamp() as now');
  const skew = Math.abs(rows[0]!.now.getTime() - (before + Date.now()) / 2);
  if (skew <= mostSkewMs) return ok('agrees with the database’s');
  return warning(
    `differs from the database’s by ${Math.round(skew / 1000)} s: codes and links end at the wrong time`,
  );
}

async function queue(client: pg.Client): Promise<Seen> {
  const { rows } = await client.query<{ late: number; dead: number }>(
    `select count(*) filter (where run_at < now() - interval '10 minutes' and locked_at is null
         and attempts < max_attempts)::int as late,
       count(*) filter (where attempts >= max_attempts)::int as dead
     from graphile_worker.jobs`,
  );
  const { late, dead } = rows[0]!;
  if (late > 0) return failed(`${late} jobs wait since ten minutes: no server works the queue`);
  if (dead > 0) return warning(`${dead} jobs were given up; the log of that time says why`);
  return ok('nothing waits');
}
