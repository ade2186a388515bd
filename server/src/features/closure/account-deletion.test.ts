import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestServer } from '../../../test/server.js';
import type { As, TestServer } from '../../../test/server.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { AccountDeletions } from './account-deletions.js';

const day = 86_400_000;
let server: TestServer;
let ada: Viewer;
let as: As;

beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());
beforeEach(async () => {
  ada = await server.app.signedIn();
  as = { cookie: server.app.secretOf(ada) };
});

const ask = async (query: string, who = as) => {
  const { data, errors } = await server.graphql(query, {}, who);
  return { data, code: errors?.[0]?.extensions.code };
};
const sql = <Row>(text: string, values: unknown[] = []) =>
  server.app.unit(() => server.app.kernel.database.query<Row>(text, values));
const due = () => server.app.unit(() => server.app.get(AccountDeletions).run());
const exists = async () =>
  (await sql('select 1 from account where id = $1', [ada.accountId])).length === 1;

describe('an account that is to be deleted', () => {
  test('says so, and goes a week later with everything of it', async () => {
    const { data } = await ask('mutation { deleteAccount }');
    const at = new Date(data!['deleteAccount'] as string);
    expect(at.getTime() - server.app.clock.now().getTime()).toBe(7 * day);
    expect((await ask('{ me { deletionAt } }')).data).toEqual({
      me: { deletionAt: at.toISOString() },
    });
    // Asked again, the first hour stays.
    server.app.clock.advance(1_000);
    expect((await ask('mutation { deleteAccount }')).data).toEqual(data);
    server.app.clock.set(new Date(at.getTime() - 1));
    await due();
    expect(await exists()).toBe(true);
    server.app.clock.set(at);
    await due();
    expect(await exists()).toBe(false);
    expect((await ask('{ me { id } }')).data).toEqual({ me: null });
    const traces = await sql<{ text: string }>(
      `select t::text as text from activity t union all select t::text from notification t
       union all select t::text from message t union all select t::text from rate_limit t`,
    );
    expect(traces.filter(({ text }) => text.includes(ada.name)).map(({ text }) => text)).toEqual(
      [],
    );
  });

  test('stays when its owner presses the button, or signs in again', async () => {
    await ask('mutation { deleteAccount }');
    expect((await ask('mutation { cancelAccountDeletion { deletionAt } }')).data).toEqual({
      cancelAccountDeletion: { deletionAt: null },
    });
    expect((await ask('mutation { cancelAccountDeletion { id } }')).code).toBe('CONFLICT');
    await ask('mutation { deleteAccount }');
    const signIn = `mutation { signIn(input: { login: "${ada.name}", password: "correct horse battery" }) { __typename } }`;
    expect((await ask(signIn, {})).code).toBeUndefined();
    server.app.clock.advance(8 * day);
    await due();
    expect(await exists()).toBe(true);
  });

  test('needs a fresh proof, and never goes by a token', async () => {
    const unproven = await server.app.signedIn({ confirmed: false });
    const who = { cookie: server.app.secretOf(unproven) };
    expect((await ask('mutation { deleteAccount }', who)).code).toBe(
      'IDENTITY_CONFIRMATION_REQUIRED',
    );
    expect((await ask('mutation { requestDataExport }', who)).code).toBe(
      'IDENTITY_CONFIRMATION_REQUIRED',
    );
    expect((await ask('mutation { deleteAccount }', {})).code).toBe('UNAUTHENTICATED');
  });

  test('is not the only administrator who can manage users', async () => {
    const only = await server.app.signedIn({ permissions: ['admin.users'] });
    const who = { cookie: server.app.secretOf(only) };
    expect((await ask('mutation { deleteAccount }', who)).code).toBe('WOULD_LOCK_OUT');
    await server.app.signedIn({ permissions: ['admin.users'] });
    expect((await ask('mutation { deleteAccount }', who)).code).toBeUndefined();
  });

  test('leaves its name to nobody who registers', async () => {
    await sql(`update site set registration = 'OPEN'`);
    await ask('mutation { deleteAccount }');
    server.app.clock.advance(7 * day);
    await due();
    const register = `mutation { register(input: { username: "${ada.name}", email: "new@example.org", password: "an engine of brass" }) }`;
    expect((await ask(register, {})).code).toBe('TAKEN');
  });
});
