import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { anonymous, commandViewer } from '../../kernel/access/viewer.js';
import { runCli } from '../../transport/cli/run-cli.js';
import { userCommands } from './user.commands.js';
import { Accounts } from '../account/accounts.js';
import { Passwords } from '../password/passwords.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

async function gatehouse(line: string, input = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const code = await runCli(line.split(' '), {
    commands: userCommands,
    unitOfWork: (work) => app.unit(() => work(app.get)),
    viewer: commandViewer('root'),
    stdin,
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}

const passwordIs = (username: string, plain: string) =>
  app.unit(async () => {
    const account = await app.get(Accounts).findByUsername(username);
    const { origin } = anonymous({ address: '203.0.113.9', userAgent: null });
    const hash = await app.get(Passwords).verify({ accountId: account!.id }, plain, origin);
    return hash !== null;
  });

describe('at the command line', () => {
  test('somebody is made whose link is mailed', async () => {
    const run = await gatehouse('user create -u ada -e ada@example.org --display-name Ada');
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(run.out).toMatch(/^Created ada <ada@example\.org>\.\nA link /);
    const { out } = await gatehouse('user show -u ADA --json');
    expect(JSON.parse(out)).toMatchObject({
      username: 'ada',
      displayName: 'Ada',
      role: 'USER',
      permissions: [],
      sessionCount: 0,
    });
  });

  test('an administrator is made with a generated password, which is printed once', async () => {
    const run = await gatehouse(
      'user create -u boss -e boss@example.org --admin --generate --json',
    );
    const answer = JSON.parse(run.out) as {
      oneTimePassword: string;
      user: { permissions: string[] };
    };
    expect(answer.user.permissions).toContain('admin.system.support');
    expect(await passwordIs('boss', answer.oneTimePassword)).toBe(true);
    const shown = await gatehouse('user show -u boss');
    expect(shown.out).toMatch(/^Role +ADMIN$/m);
    expect(shown.out).not.toContain(answer.oneTimePassword);
  });

  test('a password is read from standard input, or taken from the argument', async () => {
    await gatehouse('user create -u piped -e piped@example.org -p', 'velvet-harbour-91\n');
    expect(await passwordIs('piped', 'velvet-harbour-91')).toBe(true);
    const told = await gatehouse(
      'user create -u told -e told@example.org --password velvet-harbour-92',
    );
    expect(told.out).not.toContain('velvet-harbour-92');
    expect(await passwordIs('told', 'velvet-harbour-92')).toBe(true);
  });

  test('everybody is listed, as a table and as JSON', async () => {
    const table = await gatehouse('user list');
    const lines = table.out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^USERNAME +E-MAIL +NAME +ROLE +STATE +DISK +LAST ACTIVE$/);
    expect(table.out).toMatch(/^ada +ada@example\.org +Ada +USER +active +0 B +never$/m);
    const { out } = await gatehouse('user list --json --search example.org');
    expect(JSON.parse(out)).toHaveLength(lines.length - 1);
    expect((await gatehouse('user list --search nobody-at-all')).out).toBe('No accounts.\n');
  });

  test('everybody is narrowed and ordered as on the page', async () => {
    const names = async (options: string) =>
      (JSON.parse((await gatehouse(`user list --json ${options}`)).out) as { username: string }[])
        .map(({ username }) => username)
        .filter((name) => ['ada', 'boss', 'told'].includes(name));
    expect(await names('--role admin')).toEqual(['boss']);
    expect(await names('--disabled')).toEqual([]);
    expect(await names('--active --role USER')).toEqual(['ada', 'told']);
    await app.unit(() =>
      app.kernel.database.query(
        `insert into usage_limit (account_id, key, used, most)
         select id, 'disk', 37200000000, -1 from account where username = 'told'`,
      ),
    );
    expect((await names('--sort disk'))[0]).toBe('told');
    expect((await gatehouse('user list')).out).toMatch(/^told .+ 37\.2 GB +never$/m);
  });

  test('an administrator is made with some permissions alone', async () => {
    const { out } = await gatehouse(
      'user create -u auditor -e auditor@example.org --admin --permissions admin.audit --json',
    );
    const { user } = JSON.parse(out) as { user: { permissions: string[] } };
    expect(user.permissions).toEqual(['admin.audit']);
  });

  test.each([
    ['user list --role king', '(role)'],
    ['user list --sort size', '(sort)'],
    ['user list --sort constructor', '(sort)'],
    ['user list --active --disabled', 'either --disabled or --active'],
    ['user create -u ann -e ann@example.org --permissions admin.users', '(permissions)'],
    ['user create -u ann -e ann@example.org --admin --permissions admin.all', '(permissions)'],
    ['user create -u ada -e other@example.org', 'This username is taken. (username)'],
    ['user create -u ann -e nowhere', '(email)'],
    ['user create -u ann -e ann@example.org -p x', '(password: TOO_SHORT'],
    ['user create -u ann -e ann@example.org -p x --generate', 'either --password or --generate'],
    ['user show -u nobody-here', 'There is no account nobody-here. (username)'],
  ])('"%s" is refused with exit code 1', async (line, says) => {
    const run = await gatehouse(line);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(says);
    expect(await app.unit(() => app.get(Accounts).findByUsername('ann'))).toBeNull();
  });
});
