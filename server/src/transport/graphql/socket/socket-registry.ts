import { Batch } from '../../../kernel/live/batch.js';
import { credentialsChanged } from '../../../kernel/access/credential.js';
import type { CredentialEnd } from '../../../kernel/access/credential.js';
import type { LiveEvents } from '../../../kernel/live/live.js';
import type { Log } from '../../../kernel/log/log.js';
import type { Viewer } from '../../../kernel/access/viewer.js';
import type { Identity } from '../identity.js';

export class OpenSocket {
  /** Told who the caller is whenever that was looked up anew. */
  readonly watchers = new Set<(viewer: Viewer) => void>();

  constructor(
    public viewer: Viewer,
    readonly close: (code: number, reason: string) => void,
  ) {}
}

/** Beside the hints: what ends by the clock, or by a hint that was lost, ends within this time. */
const sweepMs = 30_000;
const longestTimer = 2 ** 31 - 1;

const reasons: Record<CredentialEnd, string> = {
  4401: 'The session or token has ended',
  4403: 'The account is disabled or the address is not allowed',
};

/** Every open socket of this process, so that one whose credential ends is closed within a second. */
export class SocketRegistry {
  readonly #sockets = new Map<OpenSocket, NodeJS.Timeout | null>();
  readonly #checks: Batch<Viewer, Viewer | CredentialEnd>;
  #stop: (() => void) | null = null;
  #hints = 0;

  constructor(
    identity: Identity,
    private readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>,
    private readonly live: LiveEvents,
    private readonly log: Log,
  ) {
    this.#checks = new Batch((viewers) => this.unitOfWork(() => identity.recheck(viewers)));
  }

  /** How many hints came; another number means that whoever was identified meanwhile may have ended. */
  get hints(): number {
    return this.#hints;
  }

  get size(): number {
    return this.#sockets.size;
  }

  open(): void {
    const unsubscribe = this.live.subscribe(credentialsChanged, (message) => {
      this.#hints += 1;
      const accountId = message?.['accountId'];
      void this.#recheckWhere(
        (viewer) => !message || accountId === null || viewer.accountId === accountId,
      );
    });
    const sweep = setInterval(() => void this.#recheckWhere(() => true), sweepMs);
    this.#stop = () => {
      unsubscribe();
      clearInterval(sweep);
    };
  }

  add(socket: OpenSocket): void {
    this.#sockets.set(socket, this.#endTimer(socket));
  }

  /** For one that was identified while hints came. */
  checkAgain(socket: OpenSocket): Promise<void> {
    return this.#recheckWhere((viewer) => viewer === socket.viewer);
  }

  remove(socket: OpenSocket): void {
    const timer = this.#sockets.get(socket);
    if (timer) clearTimeout(timer);
    this.#sockets.delete(socket);
  }

  /**
   * The socket's viewer as it is now. Closes the socket and answers null when it ended; fails
   * closed, so a check that cannot be made throws.
   */
  async recheck(socket: OpenSocket): Promise<Viewer | null> {
    const now = await this.#checks.ask(socket.viewer);
    if (typeof now === 'number') {
      socket.close(now, reasons[now]);
      return null;
    }
    this.#update(socket, now);
    return now;
  }

  closeAll(code: number, reason: string): void {
    this.#stop?.();
    for (const [socket, timer] of this.#sockets) {
      if (timer) clearTimeout(timer);
      socket.close(code, reason);
    }
  }

  #update(socket: OpenSocket, now: Viewer): void {
    if (now === socket.viewer) return;
    const { endsAt } = socket.viewer;
    socket.viewer = now;
    if (this.#sockets.has(socket) && now.endsAt?.getTime() !== endsAt?.getTime()) {
      this.remove(socket);
      this.add(socket);
    }
    for (const watcher of [...socket.watchers]) watcher(now);
  }

  async #recheckWhere(concerned: (viewer: Viewer) => boolean): Promise<void> {
    const sockets = [...this.#sockets.keys()].filter((socket) => concerned(socket.viewer));
    await Promise.all(
      sockets.map((socket) =>
        this.recheck(socket).catch((error: unknown) => {
          this.log.warn({ err: error }, 'a socket could not be checked');
          socket.close(1013, 'Try again later');
        }),
      ),
    );
  }

  #endTimer(socket: OpenSocket): NodeJS.Timeout | null {
    const endsAt = socket.viewer.endsAt;
    if (!endsAt) return null;
    const ms = Math.min(longestTimer, Math.max(0, endsAt.getTime() - Date.now()) + 50);
    return setTimeout(
      () => void this.#recheckWhere((viewer) => viewer === socket.viewer),
      ms,
    ).unref();
  }
}
