import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import type { CliCall, CliCommand } from '../../kernel/command.js';
import { refuse } from '../../kernel/errors.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Get } from '../../kernel/get.js';
import { runCli } from './run-cli.js';

const calls: CliCall[] = [];

const commands: CliCommand[] = [
  {
    path: ['user', 'create'],
    summary: 'make an account',
    options: [
      { flags: '-u, --username <name>', description: 'the username', required: true },
      { flags: '--display-name <text>', description: 'shown instead' },
      { flags: '-p, --password [password]', description: 'asked for when left out' },
    ],
    examples: ['gatehouse user create -u ada'],
    async run(call) {
      calls.push(call);
      const secret = call.options['password'] === true ? await call.readSecret('Password: ') : null;
      return { json: { username: call.options['username'], secret }, text: 'Created ada.' };
    },
  },
  {
    path: ['user', '2fa', 'disable'],
    summary: 'switch two-factor off',
    run: async () => refuse('NOT_FOUND', 'There is no account bob.', { field: 'username' }),
  },
  {
    path: ['user', 'password'],
    summary: 'set a password',
    run: async () =>
      refuse('WEAK_PASSWORD', 'Too weak.', { field: 'password', issues: ['TOO_SHORT', 'COMMON'] }),
  },
  {
    path: ['invite', 'revoke'],
    summary: 'take an invitation back',
    operands: '<id>',
    run: async ({ operands }) => ({ json: operands, text: `Revoked ${operands.join()}.` }),
  },
  {
    path: ['audit', 'verify'],
    summary: 'look whether all is as it was',
    run: async () => ({ json: { holds: false }, text: 'Something changed.', failed: true }),
  },
  {
    path: ['audit', 'export'],
    summary: 'write all of it',
    run: async () => ({ json: null, text: '', stream: lines() }),
  },
  {
    path: ['doctor'],
    summary: 'looks for faults',
    run: () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432')),
  },
];

async function* lines() {
  for (let line = 0; line < 3; line += 1) yield `line ${line}\n`;
  await Promise.resolve();
}

const nothing: Get = () => {
  throw new Error('These commands need no use-case');
};

async function gatehouse(line: string, input = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  let units = 0;
  const unitOfWork = <T>(work: (get: Get) => Promise<T>) => {
    units += 1;
    return work(nothing);
  };
  const viewer = commandViewer('ann');
  const argv = line.split(' ').filter(Boolean);
  const code = await runCli(argv, { commands, unitOfWork, viewer, stdin, stdout, stderr });
  stdout.end();
  stderr.end();
  return { code, units, out: await text(stdout), err: await text(stderr) };
}

describe('somebody at the command line', () => {
  test('reads the answer as text, and the command knows who runs it', async () => {
    const run = await gatehouse('user create -u ada --display-name Ada');
    expect(run).toEqual({ code: 0, units: 1, out: 'Created ada.\n', err: '' });
    expect(calls.at(-1)).toMatchObject({
      viewer: { kind: 'command', name: 'ann (command line)' },
      options: { username: 'ada', displayName: 'Ada' },
    });
  });

  test('gets JSON from every command with --json', async () => {
    const run = await gatehouse('user create -u ada --json');
    expect(JSON.parse(run.out)).toEqual({ username: 'ada', secret: null });
    expect((await gatehouse('invite revoke 7 --json')).out).toBe('[\n  "7"\n]\n');
  });

  test('is told of a refusal with its field, on standard error, with exit code 1', async () => {
    const run = await gatehouse('user 2fa disable');
    expect(run).toMatchObject({
      code: 1,
      out: '',
      err: 'error: There is no account bob. (username)\n',
    });
    const weak = await gatehouse('user password');
    expect(weak.err).toBe('error: Too weak. (password: TOO_SHORT, COMMON)\n');
  });

  test('is told of a refusal as JSON with --json', async () => {
    const { code, out, err } = await gatehouse('user 2fa disable --json');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(JSON.parse(err)).toEqual({
      error: { code: 'NOT_FOUND', message: 'There is no account bob.', field: 'username' },
    });
  });

  test('is told of a fault without a stack, with exit code 1', async () => {
    const run = await gatehouse('doctor');
    expect(run).toMatchObject({ code: 1, err: 'error: connect ECONNREFUSED 127.0.0.1:5432\n' });
  });

  test('gets an answer that is a no in full, and exit code 1', async () => {
    const run = await gatehouse('audit verify');
    expect(run).toMatchObject({ code: 1, out: 'Something changed.\n', err: '' });
    expect(JSON.parse((await gatehouse('audit verify --json')).out)).toEqual({ holds: false });
  });

  test('gets a long answer as it comes, with nothing around it', async () => {
    const run = await gatehouse('audit export');
    expect(run).toMatchObject({ code: 0, out: 'line 0\nline 1\nline 2\n', err: '' });
  });

  test.each([
    ['user create', 'required option'],
    ['user create -u ada --colour red', 'unknown option'],
    ['user create -u ada ben', 'too many arguments'],
    ['usr create', 'unknown command'],
    ['user', 'Usage: gatehouse user'],
    ['invite revoke', "missing required argument 'id'"],
    ['', 'Usage: gatehouse'],
  ])(
    'is told of the wrong usage "%s" with exit code 2, before anything is opened',
    async (line, says) => {
      const run = await gatehouse(line);
      expect(run).toMatchObject({ code: 2, units: 0, out: '' });
      expect(run.err).toContain(says);
    },
  );

  test('finds help with examples, without anything being opened', async () => {
    const leaf = await gatehouse('user create --help');
    expect(leaf).toMatchObject({ code: 0, units: 0, err: '' });
    expect(leaf.out).toContain('gatehouse user create -u ada\n');
    expect(leaf.out).toContain('--json');
    expect((await gatehouse('--help')).out).toMatch(/^ {2}user +create \| 2fa \| password$/m);
  });

  test('may pipe a secret in, of which only the first line counts', async () => {
    const run = await gatehouse('user create -u ada -p --json', 'correct horse\r\nrest\n');
    expect(JSON.parse(run.out)).toEqual({ username: 'ada', secret: 'correct horse' });
    expect((await gatehouse('user create -u ada -p --json', 'no newline')).out).toContain(
      '"no newline"',
    );
  });

  test('is refused when the pipe is empty', async () => {
    const run = await gatehouse('user create -u ada -p');
    expect(run).toMatchObject({ code: 1, err: 'error: Standard input held no line to read.\n' });
  });
});
