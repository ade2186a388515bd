import { openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { startEmbeddedPostgres } from '../src/embedded/embedded-postgres.js';
import { createLog } from '../src/kernel/log/log.js';
import { Child } from './child.js';
import type { Usage } from './probe.js';

const main = new URL('../dist/main.js', import.meta.url);
const probe = new URL('probe.ts', import.meta.url);
const patienceMs = 60_000;

/** The built server as it ships, with its embedded PostgreSQL, in a folder that is thrown away. */
export class Product {
  #child: Child | null = null;

  private constructor(
    readonly folder: string,
    readonly port: number,
  ) {}

  static async create(): Promise<Product> {
    return new Product(await mkdtemp(join(tmpdir(), 'gatehouse-bench-')), await freePort());
  }

  /**
   * @param env settings beside the usual ones
   * @returns milliseconds until /readyz says yes
   */
  async start(env: Readonly<Record<string, string>> = {}): Promise<number> {
    const logFile = join(this.folder, 'server.log');
    const log = openSync(logFile, 'w');
    const begun = performance.now();
    const child = Child.start(main, {
      // Not the repository's folder, whose .env would count.
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: process.env['HOME'],
        NODE_ENV: 'production',
        DATA_DIR: join(this.folder, 'data'),
        PORT: String(this.port),
        // So that a benchmark may come from many networks.
        TRUSTED_PROXIES: '127.0.0.1',
        ...env,
      },
      // As `npm run up` starts it, and the probe.
      execArgv: ['--enable-source-maps', '--expose-gc', '--import', probe.href],
      stdio: ['ignore', log, log, 'ipc'],
    });
    this.#child = child;
    while (!(await isReady(this.port))) {
      if (child.process.exitCode !== null || performance.now() - begun > patienceMs)
        throw new Error(`The server did not start:\n${readFileSync(logFile, 'utf8')}`);
      await pause(5);
    }
    return performance.now() - begun;
  }

  /** Of pages, as the Origin rule knows it. */
  get origin(): string {
    return `http://localhost:${this.port}`;
  }

  usage(): Promise<Usage> {
    return this.#child!.ask('usage');
  }

  /** What is left in memory after a garbage collection. */
  collected(): Promise<Usage> {
    return this.#child!.ask('collect');
  }

  /** Where the live stream stands, for subscriptions to begin at. */
  async position(cookie: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.port}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: this.origin, cookie },
      body: JSON.stringify({ query: '{ me { inbox { position } } }' }),
    });
    const { data } = (await response.json()) as { data: { me: { inbox: { position: string } } } };
    return data.me.inbox.position;
  }

  /** Of the running server's own PostgreSQL. */
  async databaseUrl(): Promise<string> {
    const dataDir = join(this.folder, 'data');
    return (await startEmbeddedPostgres({ dataDir, log: createLog('silent'), use: 'command' })).url;
  }

  async stop(): Promise<void> {
    await this.#child?.stop();
    this.#child = null;
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

function isReady(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/readyz', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    }).on('error', () => resolve(false));
  });
}
