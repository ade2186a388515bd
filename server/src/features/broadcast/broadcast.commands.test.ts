import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import type { CliAnswer } from '../../kernel/command.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import { broadcastCommands } from './broadcast.commands.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
  await app.signedIn({ username: 'ada' });
  await app.signedIn({ username: 'root2', role: 'ADMIN' });
  await app.signedIn({ username: 'gone' });
  await run(`update account set disabled_at = now() where username = 'gone'`);
});
beforeEach(() => run('delete from message'));
afterAll(() => app.close());

const run = (sql: string) => app.unit(() => app.kernel.database.query(sql));
const notify = (options: Record<string, string | boolean>): Promise<CliAnswer> =>
  app.unit(() =>
    broadcastCommands[0]!.run({
      viewer: commandViewer('root'),
      get: app.get,
      options: { title: 'Tonight', body: 'From 22:00.', ...options },
      operands: [],
      readSecret: () => Promise.reject(new Error('asks for nothing')),
    }),
  );
const told = async () =>
  (
    await run(`select a.username, m.severity, m.url from notification n
      join account a on a.id = n.account_id join message m on m.id = n.message_id order by 1`)
  ).map(({ username, severity, url }) => [username, severity, url].join(' ').trim());

describe('gatehouse notify', () => {
  test('tells one user', async () => {
    expect(await notify({ username: 'ADA', severity: 'warning', url: '/limits' })).toEqual({
      json: { recipients: 1 },
      text: 'ada was told.',
    });
    expect(await told()).toEqual(['ada WARNING /limits']);
  });

  test('tells several users, once each, in their own language', async () => {
    const italian = { titleIt: 'Stasera', bodyIt: 'Dalle 22.' };
    const answer = await notify({ username: 'ada, root2,ada,gone', ...italian });
    expect(answer).toEqual({ json: { recipients: 2 }, text: '2 users were told.' });
    expect(await told()).toEqual(['ada INFO', 'root2 INFO']);
    expect(await run(`select texts->'IT'->>'title' as title from message`)).toEqual([
      { title: 'Stasera' },
    ]);
  });

  test('says when that user is disabled', async () => {
    expect(await notify({ username: 'gone' })).toEqual({
      json: { recipients: 0 },
      text: 'gone is disabled, so nobody was told.',
    });
  });

  test('tells everyone, or everyone with a role', async () => {
    expect((await notify({ all: true })).text).toBe('2 users were told.');
    expect(await told()).toEqual(['ada INFO', 'root2 INFO']);
    await run('delete from message');
    expect((await notify({ role: 'admin' })).text).toBe('1 user was told.');
    expect(await told()).toEqual(['root2 INFO']);
  });

  test.each([
    ['BAD_USER_INPUT', {}],
    ['BAD_USER_INPUT', { all: true, username: 'ada' }],
    ['BAD_USER_INPUT', { username: 'ada', role: 'ADMIN' }],
    ['BAD_USER_INPUT', { role: 'KING' }],
    ['BAD_USER_INPUT', { all: true, severity: 'LOUD' }],
    ['BAD_USER_INPUT', { all: true, title: '' }],
    ['BAD_USER_INPUT', { all: true, url: 'javascript:alert(1)' }],
    ['BAD_USER_INPUT', { all: true, titleIt: 'Stasera' }],
    ['BAD_USER_INPUT', { username: ' , ' }],
    ['NOT_FOUND', { username: 'nobody' }],
    ['NOT_FOUND', { username: 'ada,nobody' }],
  ])('refuses with %s: %j', async (code, options: Record<string, string | boolean>) => {
    await expect(notify(options)).rejects.toMatchObject({ code });
    expect(await told()).toEqual([]);
  });
});

test('gatehouse broadcast list tells of both, and how many have read it', async () => {
  await notify({ all: true });
  await notify({ username: 'ada', title: 'You' });
  await run(`update notification n set read_at = now() from account a, message m
    where a.id = n.account_id and a.username = 'ada' and m.id = n.message_id and not m.broadcast`);
  const { text } = await app.unit(() =>
    broadcastCommands[1]!.run({
      viewer: commandViewer('root'),
      get: app.get,
      options: {},
      operands: [],
      readSecret: () => Promise.reject(new Error('asks for nothing')),
    }),
  );
  const [head, ...rows] = text.split('\n');
  expect(head).toMatch(/^SENT +TO +READ BY +SEVERITY +TITLE$/);
  expect(rows).toEqual([
    expect.stringMatching(/ chosen +1 of 1 +INFO +You$/),
    expect.stringMatching(/ all +0 of 2 +INFO +Tonight$/),
  ]);
});
