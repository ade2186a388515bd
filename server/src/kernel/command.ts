import type { Get } from './get.js';
import type { Viewer } from './access/viewer.js';

export interface CliOption {
  /** As commander takes them: `-u, --username <name>`. */
  readonly flags: string;
  readonly description: string;
  readonly required?: boolean;
}

export interface CliCall {
  readonly viewer: Viewer;
  /** Finds use-cases; commands are listed before anything is set up, so that help needs no database. */
  readonly get: Get;
  readonly options: Readonly<Record<string, string | boolean | undefined>>;
  readonly operands: readonly string[];
  /** Asks without showing what is typed; reads a line of standard input where there is no terminal. */
  readSecret(prompt: string): Promise<string>;
}

/** `json` is printed with --json, else `text`. */
export interface CliAnswer {
  readonly json: unknown;
  readonly text: string;
  /** Written as it comes, instead of either: for what may be too long to hold. */
  readonly stream?: AsyncIterable<string>;
  /** The answer is a no, though nothing was refused: exit code 1. */
  readonly failed?: boolean;
}

/** A command over a use-case; runs in a unit of work of its own, with or without a running server. */
export interface CliCommand {
  /** Its words: `['user', 'create']`. */
  readonly path: readonly string[];
  readonly summary: string;
  readonly operands?: string;
  readonly options?: readonly CliOption[];
  readonly examples?: readonly string[];
  run(call: CliCall): Promise<CliAnswer>;
}
