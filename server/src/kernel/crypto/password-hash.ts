import { randomBytes } from 'node:crypto';
import { availableParallelism, totalmem } from 'node:os';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { refuse } from '../errors.js';

export interface HashCost {
  /** KiB. */
  memory: number;
  passes: number;
  lanes: number;
}

/** KiB. */
const leastMemory = 19_456;

/**
 * Of the costs that the OWASP Password Storage Cheat Sheet and ASVS 5 appendix C hold for equal, the
 * one with the most memory that the machine has to spare: memory is what guessers lack.
 * @param bytes that this process may use
 */
export function costFor(bytes: number): HashCost {
  return bytes >= 2 ** 30
    ? { memory: 47_104, passes: 1, lanes: 1 }
    : { memory: leastMemory, passes: 2, lanes: 1 };
}

/** Of the machine or, where there is a limit, of the container. */
const memoryBytes = () => Math.min(totalmem(), process.constrainedMemory() || Infinity);

export interface PasswordHasherOptions {
  cost?: HashCost;
  /** Hashes at the same time; each takes `memory` and a core. */
  parallel?: number;
  /** How many more may wait. */
  queue?: number;
}

const longest = 256;
/** KiB: argon2 takes no less. */
const leastFill = 8;
/** In KiB that are filled once. Measured: a later pass, whose memory is there, takes three quarters of the first. */
const effort = (memory: number, passes: number) => memory * (1 + 0.75 * (passes - 1));
const outputBytes = 32;

/**
 * What is hashed for what was typed. NFKC (NIST SP 800-63B §3.1.1.2 asks for NFKC or NFKD), since
 * keyboards and systems write one and the same character in different ways. Nothing is trimmed.
 * @throws BAD_USER_INPUT for more than 256 code points, NUL, and what is no Unicode text
 */
export function preparePassword(plain: string, field = 'password'): string {
  if (plain.length > 2 * longest || [...plain].length > longest) {
    refuse('BAD_USER_INPUT', `A password has at most ${longest} characters.`, { field });
  }
  if (!plain.isWellFormed() || plain.includes('\0')) {
    refuse('BAD_USER_INPUT', 'The password contains characters that cannot be used.', { field });
  }
  return plain.normalize('NFKC');
}

/** argon2id in PHC string form, a bounded number at a time. */
export class PasswordHasher {
  readonly #cost: HashCost;
  readonly #parallel: number;
  readonly #queue: number;
  readonly #nobody: string;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ cost, parallel, queue = 100 }: PasswordHasherOptions = {}) {
    this.#cost = cost ?? costFor(memoryBytes());
    this.#parallel = parallel ?? Math.max(2, availableParallelism());
    this.#queue = queue;
    this.#nobody = nobodysHash(this.#cost);
  }

  /** @throws as preparePassword, and UNAVAILABLE when too many wait */
  async hash(plain: string, field?: string): Promise<string> {
    const password = preparePassword(plain, field);
    return this.#inTurn(() =>
      hash(password, {
        memoryCost: this.#cost.memory,
        timeCost: this.#cost.passes,
        parallelism: this.#cost.lanes,
        outputLen: outputBytes,
      }),
    );
  }

  /**
   * With the salt and at the cost of another hash, so that equal texts come out equal: one try is
   * held against a whole set of codes by one hash. For codes that a machine drew only.
   */
  async hashLike(plain: string, other: string): Promise<string> {
    const code = preparePassword(plain);
    const { memoryCost, timeCost, parallelism, outputLen } = parseOptions(other);
    const salt = Buffer.from(other.split('$')[4] ?? '', 'base64');
    return this.#inTurn(() => hash(code, { memoryCost, timeCost, parallelism, outputLen, salt }));
  }

  /**
   * @param stored null when there is no such account or it has no password: takes as long, is false;
   * one that was cheaper takes as long as well, or the time would tell who has not signed in since
   * @returns `outdated` when the password was right and should be hashed again at today's cost
   * @throws as hash; an Error when `stored` is no argon2 hash
   */
  async verify(
    stored: string | null,
    plain: string,
    field?: string,
  ): Promise<{ ok: boolean; outdated: boolean }> {
    const password = preparePassword(plain, field);
    const same = await this.#inTurn(async () => {
      const held = stored ?? this.#nobody;
      const isSame = await verify(held, password);
      await this.#fillUp(held, password);
      return isSame;
    });
    const ok = same && stored !== null;
    return { ok, outdated: ok && this.#isOutdated(stored) };
  }

  /** Spends what `stored` cost less than one of today. */
  async #fillUp(stored: string, password: string): Promise<void> {
    const { memoryCost, timeCost } = parseOptions(stored);
    const { memory, passes } = this.#cost;
    const missing = Math.round(effort(memory, passes) - effort(memoryCost, timeCost));
    if (missing < leastFill) return;
    await hash(password, { memoryCost: missing, timeCost: 1, parallelism: 1 });
  }

  #isOutdated(stored: string): boolean {
    const { memoryCost, timeCost, parallelism, outputLen, saltLen } = parseOptions(stored);
    return (
      !stored.startsWith('$argon2id$v=19$') ||
      memoryCost < Math.min(this.#cost.memory, leastMemory) ||
      // What is filled in all, or two servers on machines of other sizes would take turns.
      memoryCost * timeCost < this.#cost.memory * this.#cost.passes ||
      parallelism < this.#cost.lanes ||
      outputLen < outputBytes ||
      saltLen < 16
    );
  }

  /**
   * More at once would not be faster, only heavier: a flood of sign-ins must end in a clear refusal
   * and not in swapping.
   */
  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#parallel) {
      if (this.#waiting.length >= this.#queue) {
        refuse('UNAVAILABLE', 'Too many people are signing in right now. Try again in a moment.', {
          retryAfter: 2,
        });
      }
      // Whoever ends hands its place over, so nobody who comes later can take it.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

/** A hash of no password at all, at the same cost as everybody's. */
function nobodysHash({ memory, passes, lanes }: HashCost): string {
  const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${lanes}$${base64(16)}$${base64(outputBytes)}`;
}
