import { randomBytes, randomInt } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Longest path that fits a sockaddr_un everywhere (macOS: 104 bytes with its end). */
const LONGEST_SOCKET = 103;
const SOCKET_PORT = 5432;
export const DATABASE = 'gatehouse';

/** What is kept beside the cluster (0600) so that it can be reached again; `port` only when it listens on TCP. */
export interface Connection {
  readonly password: string;
  readonly port?: number;
  readonly holder?: { readonly pid: number; readonly use: Use };
}

/** A `server` owns the cluster while it runs; a `command` borrows it from a running server, or starts it for itself. */
export type Use = 'server' | 'command';

export async function readConnection(dataDir: string): Promise<Connection | undefined> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as Connection;
  } catch {
    return undefined;
  }
}

/** Written whole or not at all: half a password would lock everybody out. */
export async function keepConnection(dataDir: string, connection: Connection): Promise<Connection> {
  const file = join(dataDir, 'postgres.json');
  await writeFile(`${file}.new`, `${JSON.stringify(connection, null, 2)}\n`, {
    mode: 0o600,
    flush: true,
  });
  await rename(`${file}.new`, file);
  return connection;
}

export const newPassword = (): string => randomBytes(24).toString('base64url');

/** Below the ports that systems hand to outgoing connections, so that none of these takes it while the database is down. */
export const anyPort = (): number => randomInt(20_000, 32_000);

/**
 * A socket file inside the cluster's private directory cannot collide with another program, nor be taken over by another user while the
 * database is down, as a port could. TCP where there is none: on Windows, and below very long paths.
 */
export function canUseSocket(clusterDir: string): boolean {
  return (
    process.platform !== 'win32' &&
    Buffer.byteLength(join(clusterDir, `.s.PGSQL.${SOCKET_PORT}`)) <= LONGEST_SOCKET
  );
}

/** The same for the whole life of a data directory that does not move. */
export function urlOf(
  clusterDir: string,
  { password, port }: Connection,
  database = DATABASE,
): string {
  const host = port === undefined ? encodeURIComponent(clusterDir) : '127.0.0.1';
  return `postgresql://gatehouse:${password}@${host}:${port ?? SOCKET_PORT}/${database}`;
}

export function listenSettings({ port }: Connection): string[] {
  return port === undefined
    ? ['listen_addresses=', 'unix_socket_directories=.', `port=${SOCKET_PORT}`]
    : ['listen_addresses=127.0.0.1', 'unix_socket_directories=', `port=${port}`];
}
