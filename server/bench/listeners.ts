/** A process of many sockets that all wait for the same thing. */
import { request } from 'node:http';
import pg from 'pg';
import { answers } from './answers.js';
import { openSocket } from './socket.js';
import type { SocketOptions } from './socket.js';

export interface Opening extends Omit<SocketOptions, 'cookie'> {
  /** One socket each. */
  readonly cookies: readonly string[];
  /** Whose PostgreSQL tells of commits that change inboxes. */
  readonly databaseUrl?: string;
}

export interface Trigger {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** What each socket heard, in the order of the cookies. */
export interface Heard {
  /** Milliseconds from the call to the last socket's frame. */
  readonly ms: number;
  /** The same from the moment at which PostgreSQL told of the commit; from the call where nobody asks it. */
  readonly msFromCommit: number;
  readonly frames: readonly string[];
}

const atOnce = 50;
const patienceMs = 30_000;
let frames: (string | null)[] = [];
let missing = 0;
let allHeard: () => void = () => {};
let committed: number | null = null;

async function open(opening: Opening): Promise<void> {
  if (opening.databaseUrl !== undefined) await listenForCommits(opening.databaseUrl);
  for (let from = 0; from < opening.cookies.length; from += atOnce) {
    const some = opening.cookies.slice(from, from + atOnce);
    await Promise.all(some.map((cookie, index) => connect(opening, cookie, from + index)));
  }
}

async function listenForCommits(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  // PostgreSQL goes before this process does.
  client.on('error', () => {});
  client.on('notification', ({ payload }) => {
    if (payload?.includes('"topic":"inbox"')) committed ??= performance.now();
  });
  await client.connect();
  await client.query('listen gatehouse_live');
}

async function connect(opening: Opening, cookie: string, index: number): Promise<void> {
  await openSocket({ ...opening, cookie }, (frame) => hear(index, frame));
}

function hear(index: number, text: string): void {
  if (frames[index] === null) missing--;
  frames[index] = text;
  if (missing === 0) allHeard();
}

/** Calls, and waits until every socket has heard of it. @throws Error when one has not in time */
async function round({ trigger, sockets }: { trigger: Trigger; sockets: number }): Promise<Heard> {
  frames = Array.from({ length: sockets }, () => null);
  missing = sockets;
  committed = null;
  let late: NodeJS.Timeout | undefined;
  const heard = new Promise<void>((resolve, reject) => {
    allHeard = resolve;
    late = setTimeout(() => reject(new Error(`${missing} sockets heard nothing`)), patienceMs);
  });
  const begun = performance.now();
  const called = call(trigger);
  await heard;
  const ended = performance.now();
  clearTimeout(late);
  await called;
  const ms = ended - begun;
  return { ms, msFromCommit: ended - (committed ?? begun), frames: frames as string[] };
}

function call({ port, path, headers, body }: Trigger): Promise<void> {
  return new Promise((resolve, reject) => {
    request(
      { host: '127.0.0.1', port, path, method: 'POST', headers, agent: false },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('end', () => {
          if (response.statusCode === 200 && !text.includes('"errors"')) resolve();
          else reject(new Error(`${path} answered ${response.statusCode} ${text.slice(0, 300)}`));
        });
      },
    )
      .on('error', reject)
      .end(body);
  });
}

answers({ open, round });
