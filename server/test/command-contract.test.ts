import { writeFile } from 'node:fs/promises';
import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../src/app.js';
import { addOperatorCommands } from '../src/operator-commands.js';
import { commandViewer } from '../src/kernel/access/viewer.js';
import { runCli } from '../src/transport/cli/run-cli.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { gatehouse } from './command-line.js';
import { openSupportHost } from './support-host.js';
import type { SupportHost } from './support-host.js';

/** What was promised to those who write scripts: each with the options that it must take. */
const promised: Readonly<Record<string, readonly string[]>> = {
  'user list': [],
  'user show': ['-u'],
  'user create': ['-u', '-e', '--admin'],
  'user delete': ['-u'],
  'user disable': ['-u'],
  'user enable': ['-u'],
  'user password': ['-u', '-p', '--generate'],
  'user quota': ['-u', '-o', '-k'],
  'user 2fa disable': ['-u'],
  'user sessions list': ['-u'],
  'user sessions end': ['-u'],
  'user ip-allowlist clear': ['-u'],
  'user update': ['-u', '--email', '--display-name', '--role'],
  'user permission grant': ['-u', '-p'],
  'user permission revoke': ['-u', '-p'],
  'invite create': ['-e', '--admin'],
  'invite list': [],
  'invite revoke': [],
  'license issue': ['-u'],
  'license revoke': [],
  'license list': ['-u'],
  notify: ['-u', '--all', '--role', '-t', '-b', '--severity', '--url'],
  'policy show': [],
  'policy set': [],
  'alert-rule list': [],
  'alert-rule put': [],
  'alert-rule remove': [],
  'support enable': ['--hours'],
  'support disable': [],
  'support status': [],
  'delivery list': ['--failed'],
  'delivery redeliver': [],
  serve: [],
  migrate: [],
  backup: [],
  restore: [],
  doctor: [],
};

/** The program as it is installed, of which nothing is opened. */
async function ask(line: string) {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end();
  const never = () => Promise.reject(new Error('Nothing is opened for this'));
  const print = (said: string) => void stdout.write(said);
  const code = await runCli(line.split(' '), {
    commands,
    unitOfWork: never,
    viewer: commandViewer('root'),
    stdin,
    stdout,
    stderr,
    extend: (program) => addOperatorCommands(program, print, never),
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

/** Every one there is, promised or not. */
function allNames(): string[] {
  const program = new Command();
  addOperatorCommands(
    program,
    () => {},
    () => Promise.resolve(),
  );
  const ofOperators = program.commands.map((command) => command.name());
  return [...commands.map(({ path }) => path.join(' ')), ...ofOperators, 'completion'];
}

test('every command that was promised is there', () => {
  expect(allNames()).toEqual(expect.arrayContaining(Object.keys(promised)));
  expect(new Set(allNames()).size).toBe(allNames().length);
});

describe.each(allNames())('gatehouse %s', (name) => {
  test('explains itself with examples and takes --json, without anything being opened', async () => {
    const { code, out, err } = await ask(`${name} --help`);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(new RegExp(`^Usage: gatehouse ${name}`));
    const examples = out.split('\nExamples:\n')[1]?.trim().split('\n') ?? [];
    expect(examples.length).toBeGreaterThan(0);
    const calls = examples.filter((line) => line.includes(`gatehouse ${name}`));
    expect(calls).toEqual(examples);
    for (const option of [...(promised[name] ?? []), '--json']) {
      expect(out).toMatch(new RegExp(`^ +(?:-\\w, )?${option}(?:,| |$)`, 'm'));
    }
  });
});

describe('with --json', () => {
  let app: TestApp;
  let host: SupportHost;
  beforeAll(async () => {
    host = await openSupportHost(undefined);
    await writeFile(host.file, '', { mode: 0o600 });
    app = await createTestApp(host.settings);
    app.clock.set(new Date());
    await app.signedIn({ username: 'root2', permissions: ['admin.users'] });
  });
  afterAll(async () => {
    await app.close();
    await host.close();
  });

  /** In this order; `ID` is the last id that was answered. */
  const lines = [
    'user create -u grace -e grace@example.org --generate',
    'user list --sort disk --active --role USER',
    'user show -u grace',
    'user update -u grace --display-name Grace --role ADMIN',
    'user permission revoke -u grace -p admin.audit',
    'user permission grant -u grace -p admin.audit',
    'user password -u grace -p velvet-harbour-91',
    'user quota -u grace -o 500GB',
    'user quota -u grace -o unlimited -k email_accounts',
    'user sessions list -u grace',
    'user sessions end -u grace',
    'user ip-allowlist clear -u grace',
    'user disable -u grace',
    'user enable -u grace',
    'license issue -u grace -p Mailer',
    'license list -u grace',
    'license revoke ID',
    'invite create -e ada@example.org --admin --permissions admin.audit,admin.policy',
    'invite list',
    'invite revoke ID',
    'notify -u grace,root2 -t Hello -b You --title-it Ciao --body-it Voi --severity warning',
    'notify --all -t Hello -b All',
    'broadcast list',
    'policy show',
    'policy set minLength=14 sessionDays=2w failedSignInWindowMinutes=1h',
    'alert-rule put -m load -t 99 -f 1h30m',
    'alert-rule list',
    'alert-rule remove ID',
    'alert-rule try -m cpu -t 90 -f 10min',
    'support enable --hours 3d',
    'support status',
    'support disable',
    'delivery list --failed --since 7d --channel email -u grace',
    'delivery redeliver --failed --since 2h',
    'audit verify',
    'audit export --from 2h',
    'user delete -u grace',
  ];
  /** Refused here, since there is nothing to do; that is told in JSON too. */
  const refused = ['user 2fa disable -u root2', 'delivery redeliver 0197a3c0'];

  test('every command answers in JSON', { timeout: 60_000 }, async () => {
    let id = '';
    for (const line of lines) {
      const run = await gatehouse(app, `${line.replace('ID', id)} --json`);
      expect({ line, code: run.code, err: run.err }).toEqual({ line, code: 0, err: '' });
      const told = JSON.parse(run.out) as { id?: string; invite?: { id: string } };
      id = told.id ?? told.invite?.id ?? id;
    }
    for (const line of refused) {
      const run = await gatehouse(app, `${line} --json`);
      expect({ line, code: run.code, out: run.out }).toEqual({ line, code: 1, out: '' });
      expect(JSON.parse(run.err)).toHaveProperty('error.code');
    }
    const tried = [...lines, ...refused];
    const untried = commands
      .map(({ path }) => path.join(' '))
      .filter((name) => !tried.some((line) => line.startsWith(name)));
    expect(untried).toEqual([]);
  });

  test('times and sizes were taken as people write them', async () => {
    const policy = JSON.parse((await gatehouse(app, 'policy show --json')).out) as object;
    expect(policy).toMatchObject({ sessionDays: 14, failedSignInWindowMinutes: 60 });
  });
});
