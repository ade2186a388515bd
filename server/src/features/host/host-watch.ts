import type { Kernel, Service } from '../../kernel/feature.js';
import { newId } from '../../kernel/id.js';
import type { Probe, Sample } from './host-probe.js';
import type { Hosts } from './hosts.js';

const everyMs = 5_000;
/** The first look waits until the server has come up. */
const firstMs = 1_000;

/** In the transaction that keeps the sample. */
export type Follower = (host: string, sample: Sample) => Promise<void>;

/**
 * Looks at the host every five seconds, if no other server of the host does, and keeps what it saw.
 * Whoever stops coming loses the host to the next within seconds; what it knew is in the tables.
 */
export class HostWatch implements Service {
  readonly #holder = newId();
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #failed = false;
  readonly #followers: Follower[] = [];

  constructor(
    private readonly kernel: Kernel,
    private readonly probe: Probe,
    private readonly hosts: Hosts,
  ) {}

  /** Rooms above judge each sample, once. */
  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  open(): void {
    this.#next(firstMs);
  }

  async close(): Promise<void> {
    if (!this.#timer) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    await this.#running;
    // A database that is gone has nothing to be given back.
    await this.kernel.database
      .unitOfWork(() => this.hosts.release(this.probe.host, this.#holder))
      .catch(() => {});
  }

  /** One look. @returns whether this server was the one to sample */
  async look(): Promise<boolean> {
    const { database } = this.kernel;
    const { host } = this.probe;
    if (!(await database.unitOfWork(() => this.hosts.claim(host, this.#holder)))) return false;
    const sample = await this.probe.sample();
    return database.unitOfWork(() =>
      database.transaction(async () => {
        if (!(await this.hosts.note(host, this.#holder, sample))) return false;
        for (const follower of this.#followers) await follower(host, sample);
        return true;
      }),
    );
  }

  #next(ms: number): void {
    this.#timer = setTimeout(() => {
      const started = performance.now();
      this.#running = this.#tryToLook().finally(() => {
        const left = everyMs - (performance.now() - started);
        if (this.#timer) this.#next(Math.max(0, left));
      });
    }, ms);
    this.#timer.unref();
  }

  /** Told once when it begins to fail, not every five seconds. */
  async #tryToLook(): Promise<void> {
    try {
      await this.look();
      this.#failed = false;
    } catch (error) {
      if (!this.#failed) this.kernel.log.warn({ err: error }, 'the host could not be sampled');
      this.#failed = true;
    }
  }
}
