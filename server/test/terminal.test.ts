import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { needs } from './program.js';
import { Terminal } from './terminal.js';

const script = await needs('script', import.meta.url);
const zsh = await needs('zsh', import.meta.url);
const server = fileURLToPath(new URL('..', import.meta.url));
const cli = [process.execPath, '--import', 'tsx', join(server, 'src/cli.ts')];

let folder: string;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-terminal-'));
  env = {
    DATA_DIR: join(folder, 'data'),
    TSX_TSCONFIG_PATH: join(server, 'tsconfig.json'),
    LOG_LEVEL: 'silent',
  };
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The command as it is installed, with nothing else of Gatehouse running. */
function gatehouse(line: string, input = ''): Promise<Ran> {
  const [program = '', ...first] = cli;
  return new Promise((resolve) => {
    const options = { cwd: server, env: { ...process.env, ...env } };
    const child = execFile(program, [...first, ...line.split(' ')], options, (error, out, err) => {
      const code = typeof error?.code === 'number' ? error.code : error ? -1 : 0;
      resolve({ code, out, err });
    });
    child.stdin!.end(input);
  });
}

describe('the command line, while no server runs', () => {
  test('makes the database when there is none, and works in it', { timeout: 120_000 }, async () => {
    const made = await gatehouse(
      'user create -u ada -e ada@example.org --admin -p --json',
      'velvet-harbour-91\n',
    );
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(made.out)).toMatchObject({ user: { username: 'ada', role: 'ADMIN' } });
    const list = await gatehouse('user list --json');
    expect(list).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(list.out)).toMatchObject([{ username: 'ada' }]);
  });

  test('tells the shell what came of it', { timeout: 120_000 }, async () => {
    const refused = await gatehouse('user show -u nobody-here');
    expect(refused).toEqual({
      code: 1,
      out: '',
      err: 'error: There is no account nobody-here. (username)\n',
    });
    expect(await gatehouse('user show')).toMatchObject({ code: 2, out: '' });
    expect(await gatehouse('migrate --json')).toMatchObject({
      code: 0,
      out: '{\n  "migrated": true\n}\n',
    });
  });
});

describe.skipIf(!script)('at a terminal', () => {
  const at = (line: string) =>
    new Terminal(script!, [...cli, ...line.split(' ')].join(' '), { cwd: server, env });

  test('a password is asked for and never shown', { timeout: 120_000 }, async () => {
    const terminal = at('user password -u ada');
    await terminal.until(/One-time password for ada: $/);
    terminal.type('velvet-harbour-93\r');
    await terminal.until(/It lets ada in once/);
    expect(terminal.shown).not.toContain('velvet');
    expect(await terminal.ended()).toBe(0);
  });

  test('nothing is done when somebody gives up', { timeout: 120_000 }, async () => {
    const terminal = at('user password -u ada');
    await terminal.until(/One-time password for ada: $/);
    terminal.type('velvet\u0003');
    await terminal.until(/Nothing was typed/);
    expect(await terminal.ended()).toBe(1);
  });
});

describe.skipIf(!script)('completion', () => {
  /** A shell as people have it, that has read the script. */
  async function shell(name: 'bash' | 'zsh', start: string, before: string): Promise<Terminal> {
    const { code, out } = await gatehouse(`completion ${name}`);
    expect(code).toBe(0);
    const file = join(folder, `completion.${name}`);
    await writeFile(file, out);
    const terminal = new Terminal(script!, start, { cwd: folder });
    terminal.type(`${before}source ${file}; echo rea''dy\n`);
    await terminal.until(/ready/);
    return terminal;
  }

  const shells: [name: 'bash' | 'zsh', start: string, before: string][] = [
    ['bash', 'bash --norc --noprofile -i', "bind 'set bell-style none'; "],
    ['zsh', 'zsh -f -i', 'autoload -Uz compinit; compinit -u -D; '],
  ];
  for (const [name, start, before] of shells) {
    test.skipIf(name === 'zsh' && !zsh)(
      `works in a real ${name}`,
      { timeout: 120_000 },
      async () => {
        const terminal = await shell(name, start, before);
        terminal.type('gatehouse us\t');
        await terminal.until(/gatehouse user /);
        terminal.type('perm\t');
        await terminal.until(/ission /);
        terminal.type('gr\t');
        await terminal.until(/ant /);
        terminal.type('--userna\t');
        await terminal.until(/me /);
        // Two that are possible are both offered.
        terminal.type('\u0015gatehouse support \t\t');
        await terminal.until(/disable[\s\S]*enable[\s\S]*status/);
        terminal.kill();
      },
    );
  }
});
