import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../kernel/log/log.js';
import type { Binaries } from './binaries.js';
import { anyPort, keepConnection, listenSettings, type Connection } from './connection-file.js';
import { EmbeddedPostgresFailure } from './failure.js';
import { stopLeftover } from './leftover.js';
import { Postmaster } from './postmaster.js';
import type { RunAs } from './run-as.js';

export interface KeeperOptions {
  readonly dataDir: string;
  readonly clusterDir: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
  readonly log: Log;
  readonly throwaway: boolean;
  /** The port was asked for: never change it. */
  readonly fixedPort: boolean;
}

const THROWAWAY = [
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
  'max_connections=200',
];
const LONGEST_PAUSE = 10_000;

/** Keeps one PostgreSQL running until it is told to stop. */
export class Keeper {
  readonly #options: KeeperOptions;
  #connection: Connection;
  #postmaster: Postmaster | undefined;
  #stopping = false;
  readonly #onExit = () => this.#postmaster?.hint();
  readonly #onSignal = (signal: NodeJS.Signals) => {
    // Whoever else listens will stop us in order. Else the signal does what it would have done, and the database, which
    // stands in a process group of its own, does not stay behind.
    if (process.listenerCount(signal) > 1) return;
    this.#watch('off');
    this.#postmaster?.hint();
    process.kill(process.pid, signal);
  };

  constructor(options: KeeperOptions, connection: Connection) {
    this.#options = options;
    this.#connection = connection;
  }

  get pid(): number {
    return this.#postmaster?.pid ?? 0;
  }

  /** @returns the connection it was really started with: a port that somebody else took is replaced here, and never later */
  async start(): Promise<Connection> {
    this.#watch('on');
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#launch();
      if (!failure) return this.#connection;
      const again = isPassing(failure) || (isPortTaken(failure) && !this.#options.fixedPort);
      if (this.#stopping || !again || attempt === 50) {
        this.#watch('off');
        throw isPortTaken(failure) ? portTaken(this.#connection.port) : failure;
      }
      if (isPortTaken(failure))
        this.#connection = await keepConnection(this.#options.dataDir, {
          ...this.#connection,
          port: anyPort(),
        });
      else await sleep(300);
    }
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#postmaster?.stop();
    this.#watch('off');
  }

  #watch(change: 'on' | 'off'): void {
    process[change]('exit', this.#onExit);
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process[change](signal, this.#onSignal);
  }

  async #launch(): Promise<EmbeddedPostgresFailure | undefined> {
    const { clusterDir, log, throwaway } = this.#options;
    await stopLeftover(clusterDir, log);
    const settings = [...listenSettings(this.#connection), ...(throwaway ? THROWAWAY : [])];
    const postmaster = new Postmaster({ ...this.#options, settings });
    this.#postmaster = postmaster;
    const failure = await postmaster.ready();
    if (!failure) void postmaster.exited.then(() => this.#restart());
    return failure;
  }

  async #restart(): Promise<void> {
    const { log } = this.#options;
    for (let pause = 250; !this.#stopping; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      log.error('PostgreSQL ended unexpectedly; starting it again');
      const failure = await this.#launch().catch((error: unknown) => error);
      if (!failure) return log.info({ pid: this.pid }, 'PostgreSQL is back');
      log.error({ err: failure }, 'PostgreSQL could not be started again; trying once more soon');
      await sleep(pause);
    }
  }
}

/** Sessions of a server that was killed notice it only between two statements, and nobody may start before they are gone. */
const isPassing = (failure: EmbeddedPostgresFailure) =>
  /still in use|lock file .* already exists/.test(failure.message);
const isPortTaken = (failure: EmbeddedPostgresFailure) =>
  /Address already in use|could not (bind|create any TCP)/.test(failure.message);
const portTaken = (port: number | undefined) =>
  new EmbeddedPostgresFailure(
    `Port ${port} on 127.0.0.1 is used by another program. End that program, or choose another port.`,
  );
