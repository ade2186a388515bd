/**
 * Fails with a diff when a file of schema/ is not what the server's classes emit.
 *
 *   tsx scripts/schema-check.ts
 *
 * `server/src/schema.ts --print` answers with one JSON object: path from the top of the repository to content.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { diff } from 'node:util';

const context = 2;

/** One diff for each file that is not as emitted; empty when nothing drifted. */
export function drift(root: string, emitted: Record<string, string>): string[] {
  return Object.entries(emitted).flatMap(([path, content]) => {
    const file = join(root, path);
    const committed = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (committed === content) return [];
    return [
      `${path} is not what the server emits (- committed, + emitted):\n${lines(committed, content)}`,
    ];
  });
}

function lines(committed: string, emitted: string): string {
  const changes = diff(committed.split('\n'), emitted.split('\n'));
  const near = (index: number): boolean =>
    changes.slice(Math.max(0, index - context), index + context + 1).some(([kind]) => kind !== 0);
  return changes
    .map(([kind, line], index) => ({ text: `${mark(kind)} ${line}`, shown: near(index) }))
    .filter(({ shown }) => shown)
    .map(({ text }) => text)
    .join('\n');
}

/** util.diff marks with 1 what only its first argument has. */
function mark(kind: number): string {
  return kind === 0 ? ' ' : kind > 0 ? '-' : '+';
}

function emit(root: string): Record<string, string> {
  const tsx = join(root, 'node_modules/tsx/dist/cli.mjs');
  const output = execFileSync(
    process.execPath,
    [tsx, '--tsconfig', 'server/tsconfig.json', 'server/src/schema.ts', '--print'],
    {
      cwd: root,
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const files = JSON.parse(output) as Record<string, string>;
  // An emitter that prints nothing would otherwise find nothing wrong.
  for (const path of ['schema/schema.graphql', 'schema/errors.json']) {
    if (!files[path]) throw new Error(`server/src/schema.ts --print did not emit ${path}`);
  }
  return files;
}

function main(): void {
  const root = fileURLToPath(new URL('..', import.meta.url));
  const found = drift(root, emit(root));
  if (found.length === 0) return;
  console.error(`${found.join('\n\n')}\n\nRun "npm run schema" and commit the result.`);
  process.exitCode = 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
