import { execFileSync } from 'node:child_process';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { commands } from '../../app.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import { runCli } from './run-cli.js';

async function completionFor(shell: string) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const code = await runCli(['completion', shell], {
    commands,
    unitOfWork: () => Promise.reject(new Error('Nothing is opened for this')),
    viewer: commandViewer('root'),
    stdin,
    stdout,
    stderr,
  });
  stdout.end();
  return { code, script: await text(stdout) };
}

/** What bash offers at the end of a line. */
async function offered(line: string): Promise<string[]> {
  const { script } = await completionFor('bash');
  const words = line.split(' ');
  const ask = `${script}
    COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
    _gatehouse; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const out = execFileSync('bash', ['--norc', '-c', ask], { encoding: 'utf8' });
  return out.split('\n').filter(Boolean);
}

test.each([
  ['gatehouse ', ['user', 'invite', 'policy', 'completion', '--help']],
  ['gatehouse us', ['user']],
  ['gatehouse user per', ['permission']],
  ['gatehouse user permission ', ['grant', 'revoke']],
  ['gatehouse user create --dis', ['--display-name']],
  ['gatehouse user create -u user --ad', ['--admin']],
  ['gatehouse completion z', ['zsh']],
])('bash completes "%s"', async (line, expected) => {
  expect(await offered(line)).toEqual(expect.arrayContaining(expected));
});

test('bash offers nothing that cannot be', async () => {
  expect(await offered('gatehouse user nothing-of-this')).toEqual([]);
  expect(await offered('gatehouse user create --all')).toEqual([]);
});

test('zsh is told of every command, with what it does', async () => {
  const { code, script } = await completionFor('zsh');
  expect(code).toBe(0);
  expect(script).toMatch(/^#compdef gatehouse\n/);
  for (const { path, summary } of commands) {
    expect(script).toContain(`'gatehouse ${path.join(' ')}'`);
    expect(script).toContain(`${path.at(-1)!}:${summary.replaceAll(':', '\\:').split("'")[0]!}`);
  }
});

test('another shell is wrong usage', async () => {
  expect((await completionFor('fish')).code).toBe(2);
});
