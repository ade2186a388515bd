import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '../kernel/log/log.js';
import type { Binaries } from './binaries.js';
import { ENVIRONMENT, HERE } from './cluster.js';
import { explain, type EmbeddedPostgresFailure } from './failure.js';
import type { RunAs } from './run-as.js';

export interface PostmasterOptions {
  readonly clusterDir: string;
  readonly binaries: Binaries;
  readonly runAs: RunAs | undefined;
  readonly settings: readonly string[];
  readonly log: Log;
}

const ALWAYS = [
  'max_connections=100',
  'timezone=UTC',
  'log_timezone=UTC',
  'lc_messages=C',
  'cluster_name=gatehouse',
  // Errors of statements reach whoever sent them; in the log they would carry people's data.
  'log_min_messages=log',
  'log_min_error_statement=panic',
  'log_error_verbosity=terse',
  'log_checkpoints=off',
];

/** The running server process. */
export class Postmaster {
  readonly #child: ChildProcess;
  readonly #options: PostmasterOptions;
  readonly exited: Promise<void>;
  #lastLines: string[] = [];

  constructor(options: PostmasterOptions) {
    const { binaries, clusterDir, runAs, settings } = options;
    this.#options = options;
    const args = [
      '-D',
      runAs ? HERE : clusterDir,
      ...[...ALWAYS, ...settings].flatMap((setting) => ['-c', setting]),
    ];
    this.#child = spawn(binaries.postgres, args, {
      ...runAs,
      cwd: clusterDir,
      env: ENVIRONMENT,
      // A group of its own: Ctrl-C in the terminal must not reach the database before the server has put its work away.
      detached: true,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.exited = new Promise((resolve) => {
      this.#child.once('exit', () => resolve());
      this.#child.once('error', (error) => {
        this.#lastLines.push(error.message);
        resolve();
      });
    });
    if (this.#child.stderr)
      createInterface(this.#child.stderr).on('line', (line) => this.#hear(line));
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.pid !== 0 && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Waits as long as a recovery takes. @returns a failure when the process ended instead */
  async ready(): Promise<EmbeddedPostgresFailure | undefined> {
    const began = Date.now();
    let patient = false;
    while (this.running) {
      if (await this.#saysReady()) return undefined;
      if (!patient && Date.now() - began > 5_000) {
        patient = true;
        this.#options.log.info(
          'PostgreSQL is repairing its files after it was cut off; this can take a while',
        );
      }
      await sleep(20);
    }
    // The last words may still be in the pipe; a backend that outlives its parent keeps it open, so do not wait for its end.
    await sleep(50);
    return explain(
      this.#options.clusterDir,
      'PostgreSQL did not start',
      this.#lastLines.join('\n'),
    );
  }

  /** Ends every connection and writes everything to disk; if that takes longer than `patience` ms, leaves the rest to recovery. */
  async stop(patience = 30_000): Promise<void> {
    if (process.platform === 'win32')
      execFile(this.#options.binaries.pgCtl, [
        'stop',
        '-m',
        'fast',
        '-D',
        this.#options.clusterDir,
      ]);
    else this.#child.kill('SIGINT');
    if (await this.#exitsWithin(patience)) return;
    this.#child.kill('SIGQUIT');
    if (await this.#exitsWithin(5_000)) return;
    this.#child.kill('SIGKILL');
    await this.exited;
  }

  /** For the last breath of a process that dies without stop(): asks, and cannot wait. */
  hint(): void {
    this.#child.kill('SIGINT');
  }

  async #exitsWithin(patience: number): Promise<boolean> {
    const deadline = new AbortController();
    const late = sleep(patience, false, { signal: deadline.signal }).catch(() => false);
    const done = await Promise.race([this.exited.then(() => true), late]);
    deadline.abort();
    return done;
  }

  /** The last line of postmaster.pid is what pg_ctl reads too (src/include/utils/pidfile.h: LOCK_FILE_LINE_PM_STATUS). */
  async #saysReady(): Promise<boolean> {
    const lines = (
      await readFile(join(this.#options.clusterDir, 'postmaster.pid'), 'utf8').catch(() => '')
    ).split('\n');
    return Number(lines[0]) === this.pid && lines[7]?.trim() === 'ready';
  }

  #hear(line: string): void {
    this.#lastLines = [...this.#lastLines.slice(-19), line.replace(/^\S+ \S+ \S+ \[\d+\] /, '')];
    if (/ (FATAL|PANIC): /.test(line)) this.#options.log.warn({ postgres: line }, 'PostgreSQL');
    else this.#options.log.debug({ postgres: line }, 'PostgreSQL');
  }
}
