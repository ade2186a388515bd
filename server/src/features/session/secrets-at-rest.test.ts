import { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { createLog } from '../../kernel/log/log.js';
import type { Log } from '../../kernel/log/log.js';
import { errorMapper } from '../../transport/graphql/errors.js';
import { AccessTokens } from '../access-token/access-tokens.js';
import { Passwords } from '../password/passwords.js';
import { Recoveries } from '../recovery/recoveries.js';
import { SignIns } from '../sign-in/sign-ins.js';
import { Sites } from '../site/sites.js';
import { UserCreation } from '../user/user-creation.js';
import { Sessions } from './sessions.js';
import type { SignedIn } from './sign-in-completion.js';

let app: TestApp;
let second: SecondApp;
let log: Log;
const lines: string[] = [];
beforeAll(async () => {
  app = await createTestApp();
  log = createLog(
    'trace',
    new Writable({
      write(chunk: Buffer, _, done) {
        lines.push(chunk.toString());
        done();
      },
    }),
  );
  second = await openBeside(app, log);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

/** Every row of every table, the queue's as well, as text. */
async function dump(): Promise<string> {
  const { database } = app.kernel;
  return app.unit(async () => {
    const tables = await database.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const texts = [];
    for (const { name } of tables) {
      const rows = await database.query<{ row: string }>(`select t::text as row from ${name} t`);
      texts.push(name, ...rows.map(({ row }) => row));
    }
    return texts.join('\n');
  });
}

test('neither a table nor a line of the log holds a secret that somebody could use', async () => {
  const password = 'an engine of brass and steam';
  const oneTime = 'for one use only, please';
  const next = 'another engine of brass';
  const typo = 'an engine of brass and stream';
  const ada = await app.signedIn({ username: 'ada', password });
  const secrets = await second.unit(async () => {
    const input = { login: 'ada', password, remember: true };
    const opened = (await second.get(SignIns).signIn(nobody, input)) as SignedIn;
    await codeOf(second.get(SignIns).signIn(nobody, { ...input, password: typo }));
    const rotated = await second.get(Sessions).rotate(ada, { keepFormer: true });
    const changed = await second.get(Passwords).change(ada, password, next);
    await second.get(AccessTokens).setEnabled(ada, true);
    const token = await second
      .get(AccessTokens)
      .create(ada, { name: 'host', scopes: ['ACCOUNT_READ'] });
    const setUp = await second.get(Sites).offerSetUp();
    await codeOf(second.get(Recoveries).resetPassword(nobody, 'a-link-somebody-guessed', next));
    return [opened.secret, rotated.secret, changed.secret, token.secret, setUp!];
  });
  const admin = await app.signedIn({ permissions: ['admin.users'] });
  await second.unit(async () => {
    const { get } = second;
    await get(UserCreation).create(admin, {
      username: 'invited',
      email: 'invited@example.org',
      role: 'USER',
    });
    await get(UserCreation).create(admin, {
      username: 'given',
      email: 'given@example.org',
      role: 'USER',
      password: oneTime,
    });
  });
  // A fault in the middle: what PostgreSQL and the ORM say of it is logged as it is.
  const faults = await second.unit(async () => {
    const input = { login: 'ada', password: next, remember: true };
    const { database } = second.kernel;
    await database.query('alter table session rename to away');
    const signIn = second.get(SignIns).signIn(nobody, input).catch(errorMapper(log));
    const user = { username: 'other', email: 'other@example.org', role: 'USER' as const };
    const created = second
      .get(UserCreation)
      .create(admin, { ...user, password: oneTime })
      .catch(errorMapper(log));
    const answers = await Promise.all([signIn, created]);
    await database.query('alter table away rename to session');
    return JSON.stringify(answers);
  });
  expect(faults).toContain('INTERNAL_SERVER_ERROR');
  expect(faults).not.toMatch(/session|relation|select/);
  const rest = await dump();
  expect(rest).toContain('public.session');
  expect(rest).toContain('mail.send');
  expect(lines.join('')).toContain('a call failed');
  const all = [...secrets, app.secretOf(ada), password, typo, oneTime, next];
  for (const secret of [...all, 'welcome?token=', 'a-link-somebody-guessed']) {
    expect(rest, secret).not.toContain(secret);
    expect(lines.join(''), secret).not.toContain(secret);
  }
});
