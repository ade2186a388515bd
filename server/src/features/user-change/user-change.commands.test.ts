import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { gatehouse } from '../../../test/command-line.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  await app.signedIn({ permissions: ['admin.users'] });
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const run = (line: string, input?: string) => gatehouse(app, line, input);
const json = async <Answer>(line: string) =>
  JSON.parse((await run(`${line} --json`)).out) as Answer;
const signIn = async (password: string) =>
  refusalOf(
    await app.graphql('mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }', {
      input: { login: ada.name, password },
    }),
  )?.code ?? 'in';
const log = () =>
  app.unit(() =>
    app.kernel.database.query<{ kind: string; actor: string }>(
      `select kind, actor from activity where account_id = $1 and kind like 'user.%' order by id`,
      [ada.accountId],
    ),
  );

describe('a password that is set at the command line', () => {
  test('may be an argument, as the document of the site has it', async () => {
    const answer = await run(`user password -u ${ada.name} -p velvet-harbour-91`);
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(answer.out).not.toContain('velvet');
    expect(await signIn('velvet-harbour-91')).toBe('in');
    expect(await signIn(goodPassword)).toBe('INVALID_CREDENTIALS');
    expect(await log()).toEqual([{ kind: 'user.password_set', actor: 'root (command line)' }]);
  });

  test('is better a line of standard input', async () => {
    expect(await run(`user password -u ${ada.name}`, 'velvet-harbour-92\n')).toMatchObject({
      code: 0,
    });
    expect(await signIn('velvet-harbour-92')).toBe('in');
  });

  test('is made up and printed', async () => {
    const { oneTimePassword } = await json<{ oneTimePassword: string }>(
      `user password -u ${ada.name} --generate`,
    );
    expect(await signIn(oneTimePassword)).toBe('in');
  });

  test.each([
    ['-p short', '(password: TOO_SHORT'],
    ['-p velvet-harbour-91 --generate', 'either --password or --generate'],
  ])('"%s" is refused, and the old one is good', async (options, says) => {
    const answer = await run(`user password -u ${ada.name} ${options}`);
    expect(answer).toMatchObject({ code: 1, out: '' });
    expect(answer.err).toContain(says);
    expect(await signIn(goodPassword)).toBe('in');
  });
});

describe('at the command line somebody', () => {
  test('is disabled and enabled', async () => {
    expect(await json(`user disable -u ${ada.name}`)).toMatchObject({ disabled: true });
    expect(await signIn(goodPassword)).toBe('ACCOUNT_DISABLED');
    expect((await run(`user enable -u ${ada.name}`)).out).toBe(`${ada.name} is enabled.\n`);
    expect(await signIn(goodPassword)).toBe('in');
  });

  test('gets another address, name and role', async () => {
    const answer = await json(
      `user update -u ${ada.name} --email ${ada.name}@new.example.org --display-name Ada --role admin`,
    );
    expect(answer).toMatchObject({
      email: `${ada.name}@new.example.org`,
      displayName: 'Ada',
      role: 'ADMIN',
      permissions: expect.arrayContaining(['admin.users', 'admin.audit']) as string[],
    });
    const nameless = await gatehouse(app, ['user', 'update', '-u', ada.name, '--display-name', '']);
    expect(nameless.code).toBe(0);
    expect(await json(`user show -u ${ada.name}`)).toMatchObject({ displayName: null });
  });

  test('is granted a permission and loses it', async () => {
    await run(`user update -u ${ada.name} --role ADMIN`);
    await run(`user permission revoke -u ${ada.name} -p admin.audit`);
    const { permissions } = await json<{ permissions: string[] }>(`user show -u ${ada.name}`);
    expect(permissions).not.toContain('admin.audit');
    const granted = await run(`user permission grant -u ${ada.name} -p admin.audit`);
    expect(granted.out).toContain('admin.audit');
  });

  test('is seen and ended where signed in', async () => {
    const list = await run(`user sessions list -u ${ada.name}`);
    expect(list.out).toContain('203.0.113.7');
    expect(await run(`user sessions end -u ${ada.name}`)).toMatchObject({ code: 0 });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    expect((await run(`user sessions list -u ${ada.name}`)).out).toBe(
      `${ada.name} is nowhere signed in.\n`,
    );
  });

  test('is deleted', async () => {
    expect(await json(`user delete -u ${ada.name}`)).toEqual({ deleted: ada.name });
    expect(await run(`user show -u ${ada.name}`)).toMatchObject({ code: 1, out: '' });
  });
});

test.each([
  ['user update -u ADA', 1, 'Say what to change'],
  ['user update -u ADA --role king', 1, '(role)'],
  ['user permission grant -u ADA -p admin.users', 1, '--role ADMIN'],
  ['user delete -u nobody-here', 1, 'There is no account nobody-here. (username)'],
  ['user password -u nobody-here', 1, '(username)'],
  ['user delete', 2, 'required option'],
  ['user permission grant -u ADA', 2, 'required option'],
])('"%s" ends with %i', async (line, code, says) => {
  const answer = await run(line.replace('ADA', ada.name));
  expect(answer).toMatchObject({ code, out: '' });
  expect(answer.err).toContain(says);
  expect(await log()).toEqual([]);
});
