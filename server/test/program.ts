import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findOrInstall, type ProgramName } from '../../scripts/program.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * For test files that need a program npm does not bring. Where it is missing and cannot be installed the file counts as not run:
 *
 *     const redis = await needs('redis-server', import.meta.url);
 *     describe.skipIf(!redis)('…', …)
 *
 * @returns its path, or undefined after noting the file for the closing lines of `npm test`
 * @throws when CI is set, since nobody reads there that something was left out
 */
export async function needs(name: ProgramName, testFile: string): Promise<string | undefined> {
  const result = await findOrInstall(name);
  if ('path' in result) return result.path;
  const file = relative(root, fileURLToPath(testFile));
  const note = `${file} needs ${name}: ${result.missing}`;
  if (process.env['CI']) throw new Error(note);
  const notes = process.env['GATEHOUSE_NOT_RUN'];
  if (notes) appendFileSync(notes, `${JSON.stringify({ file, note })}\n`);
  else console.warn(`Not run: ${note}`);
  return undefined;
}
