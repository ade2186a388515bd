import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CommanderError } from 'commander';
import type { Command } from 'commander';
import type { CliCommand } from '../../kernel/command.js';
import type { Get } from '../../kernel/get.js';
import { Refusal } from '../../kernel/errors.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { addCompletion } from './completion.js';
import { buildProgram } from './program.js';
import { SecretInput } from './secret-input.js';
import type { CliInput } from './secret-input.js';

export interface CliParts {
  readonly commands: readonly CliCommand[];
  /** Opened once a command is known and its usage right; not for help. */
  readonly unitOfWork: <T>(work: (get: Get) => Promise<T>) => Promise<T>;
  readonly viewer: Viewer;
  readonly stdin: CliInput;
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Adds commands that need no unit of work, as `serve`. */
  readonly extend?: (program: Command) => void;
}

/** What the shell is told. */
const exitCodes = { done: 0, refused: 1, usage: 2 } as const;

/**
 * Runs one command. Its answer goes to standard output, everything else to standard error.
 * @param argv without the program's own name
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong usage
 */
export async function runCli(argv: readonly string[], parts: CliParts): Promise<number> {
  const { commands, unitOfWork, viewer, stdin, stdout, stderr } = parts;
  // Whoever reads may leave early, as `head` does.
  stdout.on('error', ignoreClosedPipe);
  const secrets = new SecretInput(stdin, stderr);
  // Also for commands that `extend` adds, and when the arguments are wrong.
  const json = argv.includes('--json');
  const output = {
    out: (text: string) => void stdout.write(text),
    err: (text: string) => void stderr.write(text),
  };
  let failed = false;
  const program = buildProgram(commands, output, async (command, { options, operands }) => {
    const readSecret = (prompt: string) => secrets.read(prompt);
    await unitOfWork(async (get) => {
      const answer = await command.run({ viewer, get, options, operands, readSecret });
      failed = answer.failed === true;
      if (answer.stream) await writeAll(answer.stream, stdout);
      else stdout.write(`${json ? JSON.stringify(answer.json, null, 2) : answer.text}\n`);
    });
  });
  parts.extend?.(program);
  addCompletion(program, (text) => void stdout.write(`${text}\n`));
  try {
    await program.parseAsync([...argv], { from: 'user' });
    return failed ? exitCodes.refused : exitCodes.done;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    }
    stderr.write(`${json ? JSON.stringify({ error: told(error) }, null, 2) : written(error)}\n`);
    return exitCodes.refused;
  } finally {
    secrets.close();
    stdout.off('error', ignoreClosedPipe);
  }
}

/** No faster than it is read. */
async function writeAll(parts: AsyncIterable<string>, to: NodeJS.WritableStream): Promise<void> {
  try {
    await pipeline(Readable.from(parts), to, { end: false });
  } catch (error) {
    ignoreClosedPipe(error as NodeJS.ErrnoException);
  }
}

function told(error: unknown): Record<string, unknown> {
  if (error instanceof Refusal) return { message: error.message, ...error.extensions() };
  return { message: messageOf(error), code: 'INTERNAL_SERVER_ERROR' };
}

/** Faults too are told as they are: whoever sits here may read the database itself. */
function written(error: unknown): string {
  if (!(error instanceof Refusal)) return `error: ${messageOf(error)}`;
  const { field, issues } = error.details;
  const where = [field, issues?.join(', ')].filter(Boolean).join(': ');
  return `error: ${error.message}${where === '' ? '' : ` (${where})`}`;
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}
