import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf, viewerOf } from '../../../test/beside.js';
import { enrol } from '../../../test/second-factor.js';
import { newId } from '../../kernel/id.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { runCli } from '../../transport/cli/run-cli.js';
import { userCommands } from '../user/user.commands.js';
import { userChangeCommands } from './user-change.commands.js';

let app: TestApp;
let ada: Viewer;
let admin: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
  admin = await app.signedIn({ permissions: ['admin.users'] });
  await enrol(app, ada);
});
afterAll(() => app.close());

const document = `mutation ($id: ID!) {
  disableUserTwoFactor(id: $id) { username totpEnabled sessionCount }
}`;
const disable = (id: string, viewer = admin) => app.graphql(document, { id }, viewer);
const isOn = async () => {
  const rows = await app.unit(() =>
    app.kernel.database.query('select 1 from totp where account_id = $1', [ada.accountId]),
  );
  return rows.length === 1;
};

describe('an administrator who switches off somebody’s second factor', () => {
  test('ends the sessions, leaves the password enough, and is in the log by name', async () => {
    const { data } = await disable(ada.accountId!);
    expect(data).toEqual({
      disableUserTwoFactor: { username: ada.name, totpEnabled: false, sessionCount: 0 },
    });
    expect((await viewerOf(app, app.secretOf(ada))).kind).toBe('anonymous');
    const rows = await app.unit(() =>
      app.kernel.database.query(
        `select kind, actor, details from activity where account_id = $1 order by id desc limit 2`,
        [ada.accountId],
      ),
    );
    expect(rows).toEqual([
      { kind: 'user.two_factor_disabled', actor: admin.name, details: { ended: 1 } },
      expect.objectContaining({ kind: 'totp.enrolled', actor: ada.name }),
    ]);
    const signIn = await app.graphql(
      'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
      { input: { login: ada.name, password: goodPassword } },
    );
    expect(signIn.data).toEqual({ signIn: { __typename: 'SignedIn' } });
    expect(refusalOf(await disable(ada.accountId!))).toEqual({ code: 'CONFLICT', field: 'id' });
  });

  test('needs the permission, a session and a fresh proof', async () => {
    const stranger = await app.signedIn();
    const other = await app.signedIn({ permissions: ['admin.policy'] });
    const token: Viewer = { ...admin, kind: 'token', scopes: new Set(['ADMIN']) };
    for (const viewer of [stranger, other, token]) {
      expect(refusalOf(await disable(ada.accountId!, viewer))?.code).toBe('FORBIDDEN');
    }
    const late = { ...admin, confirmedUntil: null };
    expect(refusalOf(await disable(ada.accountId!, late))?.code).toBe(
      'IDENTITY_CONFIRMATION_REQUIRED',
    );
    expect(await isOn()).toBe(true);
  });

  test('is refused for himself, and for who holds a permission he lacks', async () => {
    const above = await app.signedIn({ permissions: ['admin.users', 'admin.policy'] });
    for (const id of [admin.accountId!, above.accountId!]) {
      expect(refusalOf(await disable(id))).toEqual({ code: 'FORBIDDEN', field: 'id' });
    }
  });

  test.each([
    ['x', 'BAD_USER_INPUT'],
    [newId(), 'NOT_FOUND'],
  ])('%j is nobody', async (id, code) => {
    expect(refusalOf(await disable(id))).toEqual({ code, field: 'id' });
  });

  test('sees in the list who has one', async () => {
    const { data } = await app.graphql(
      'query ($id: ID!) { admin { user(id: $id) { totpEnabled } } }',
      { id: ada.accountId },
      admin,
    );
    expect(data).toEqual({ admin: { user: { totpEnabled: true } } });
  });
});

test('the command line does it, for everybody', async () => {
  const gatehouse = async (line: string) => {
    const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
    stdin.end();
    const code = await runCli(line.split(' '), {
      commands: [...userCommands, ...userChangeCommands],
      unitOfWork: (work) => app.unit(() => work(app.get)),
      viewer: commandViewer('root'),
      stdin,
      stdout,
      stderr,
    });
    stdout.end();
    stderr.end();
    return { code, out: await text(stdout), err: await text(stderr) };
  };
  expect((await gatehouse(`user show -u ${ada.name}`)).out).toMatch(/^Two-factor +on$/m);
  const run = await gatehouse(`user 2fa disable -u ${ada.name}`);
  expect(run).toMatchObject({ code: 0, err: '' });
  expect(run.out).toContain(`Two-factor authentication of ${ada.name} is off.`);
  expect(await isOn()).toBe(false);
  expect(await gatehouse(`user 2fa disable -u ${ada.name}`)).toMatchObject({ code: 1, out: '' });
  expect(await gatehouse('user 2fa disable -u nobody-here')).toMatchObject({ code: 1, out: '' });
  expect(await gatehouse('user 2fa disable')).toMatchObject({ code: 2 });
});
