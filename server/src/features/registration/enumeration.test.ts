import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { nobodyAt, refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let ada: Viewer;
let made = 0;
beforeAll(async () => {
  // Its worker is not open: what jobs do would be counted as well.
  app = await createTestApp();
  await run(`update site set registration = 'OPEN'`);
  ada = await app.signedIn({ username: 'ada' });
  await app.signedIn({ username: 'known' });
});
beforeEach(() => run('delete from rate_limit'));
afterAll(() => app.close());

const run = (sql: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(sql, values));
const stranger = nobodyAt('198.51.100.1');
const register = (username: string, email: string, password = 'an engine of brass') =>
  app.graphql(
    'mutation ($input: RegisterInput!) { register(input: $input) }',
    { input: { username, email, password } },
    stranger,
  );

const calls: Record<string, (email: string) => Promise<{ data: unknown }>> = {
  register: (email) => register(`same${++made}`, email),
  requestPasswordReset: (email) =>
    app.graphql(`mutation { requestPasswordReset(email: "${email}") }`, {}, stranger),
  resendVerification: (email) =>
    app.graphql(`mutation { resendVerification(email: "${email}") }`, {}, stranger),
  requestEmailChange: async (email) => {
    const document = `mutation { requestEmailChange(email: "${email}") { email pendingEmail } }`;
    const { data, ...rest } = await app.graphql(document, {}, ada);
    expect(data).toEqual({
      requestEmailChange: { email: 'ada@example.org', pendingEmail: email },
    });
    await run('delete from email_change');
    return { data: 'pending', ...rest };
  },
};

describe('an address that has an account', () => {
  test.each(Object.keys(calls))(
    'is told by %s neither by the answer nor by what it asks the database',
    async (name) => {
      const { database } = app.kernel;
      const asked = async (email: string) => {
        const spies = [vi.spyOn(database, 'query'), vi.spyOn(database, 'queryApart')];
        const answer = await calls[name]!(email);
        const statements = spies.map((spy) => spy.mock.calls.map(([sql]) => sql));
        for (const spy of spies) spy.mockRestore();
        return { answer, statements };
      };
      const known = await asked('known@example.org');
      expect(await asked('unknown@example.org')).toEqual(known);
      expect(known.statements.flat().length).toBeGreaterThan(1);
    },
  );

  test('has the username that was tried with it reserved like any other', async () => {
    await register('tried1', 'known@example.org');
    await register('tried2', 'unknown@example.org');
    for (const username of ['tried1', 'tried2']) {
      const other = await register(username, 'mine@example.org', 'a moth in a relay');
      expect(refusalOf(other)).toEqual({ code: 'TAKEN', field: 'username' });
      // Whoever knows the password is who tried, and may mend the address.
      expect(refusalOf(await register(username, 'mine@example.org'))).toBeNull();
    }
  });

  test.each(['requestPasswordReset', 'resendVerification'])(
    'is asked about by %s ten times a minute, and the answer stays true',
    async (name) => {
      await run('delete from graphile_worker._private_jobs');
      for (let n = 0; n < 12; n += 1) {
        expect(await calls[name]!('known@example.org')).toEqual({ data: { [name]: true } });
      }
      expect(await run('select 1 from graphile_worker.jobs')).toHaveLength(10);
    },
  );

  test.each(['', 'no address', '\u0000', 'a@b', `${'x'.repeat(310)}@example.org`])(
    'is none: %j, and the answer stays true',
    async (email) => {
      for (const name of ['requestPasswordReset', 'resendVerification']) {
        const document = `mutation ($email: EmailAddress!) { ${name}(email: $email) }`;
        const answer = await app.graphql(document, { email }, stranger);
        expect(answer.data ?? refusalOf(answer)).toEqual(
          email.length > 320 ? { code: 'BAD_USER_INPUT', field: 'email' } : { [name]: true },
        );
      }
    },
  );
});
