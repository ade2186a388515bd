import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { refuse } from '../../kernel/errors.js';

export type CliInput = NodeJS.ReadableStream & { readonly isTTY?: boolean };

/** Reads what should not be seen: hidden at a terminal, else one line of standard input each. */
export class SecretInput {
  #reader: Interface | null = null;
  #lines: AsyncIterator<string> | null = null;

  constructor(
    private readonly stdin: CliInput,
    private readonly stderr: NodeJS.WritableStream,
  ) {}

  /** @throws Refusal when nothing came, or the person gave up */
  read(prompt: string): Promise<string> {
    return this.stdin.isTTY ? this.#ask(prompt) : this.#readLine();
  }

  /** Lets go of standard input, which would keep the process alive. */
  close(): void {
    this.#reader?.close();
  }

  async #ask(prompt: string): Promise<string> {
    // At a terminal readline itself echoes, so what it would show goes nowhere.
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const reader = createInterface({
      input: this.stdin,
      output: nowhere,
      terminal: true,
      historySize: 0,
    });
    this.stderr.write(prompt);
    const typed = await new Promise<string | null>((resolve) => {
      reader.once('line', resolve);
      // Ctrl-C or Ctrl-D.
      reader.once('close', () => resolve(null));
    });
    reader.close();
    this.stderr.write('\n');
    return typed ?? refuse('BAD_USER_INPUT', 'Nothing was typed, so nothing was done.');
  }

  async #readLine(): Promise<string> {
    this.#reader ??= createInterface({ input: this.stdin, crlfDelay: Infinity });
    this.#lines ??= this.#reader[Symbol.asyncIterator]();
    const line = await this.#lines.next();
    if (line.done) refuse('BAD_USER_INPUT', 'Standard input held no line to read.');
    return line.value;
  }
}
