import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, goodPassword } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { challengeFor, enrol, now } from '../../../test/second-factor.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

/** Every row of every table as text. */
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
    return texts.join('\n').toLowerCase();
  });
}

test('a dump of the database holds neither secret, code, challenge nor browser in clear', async () => {
  const ada = await app.signedIn();
  const authenticator = await enrol(app, ada);
  const browser = 'a browser’s own secret';
  const used = await challengeFor(app, ada.name, goodPassword, { browser });
  const open = await challengeFor(app, ada.name, goodPassword, { browser });
  const document =
    'mutation ($input: CompleteSignInInput!) { completeSignIn(input: $input) { __typename } }';
  const input = { challenge: used, recoveryCode: authenticator.recoveryCodes[0]! };
  const signedIn = await app.graphql(document, { input }, undefined, browser);
  expect(signedIn.errors).toBeUndefined();
  const code = authenticator.code();
  await app.graphql(
    'mutation ($code: String!) { confirmIdentity(input: { totpCode: $code }) { confirmedUntil } }',
    { code },
    await now(app, ada),
  );
  const start = await app.graphql('mutation { startTotp { secret } }', {}, await now(app, ada));
  const pending = (start.data as { startTotp: { secret: string } }).startTotp.secret;

  const rest = await dump();
  expect(rest).toContain('public.totp');
  expect(rest).toContain('recovery_code.used');
  const codes = authenticator.recoveryCodes.flatMap((each) => [each, each.replaceAll('-', '')]);
  for (const secret of [authenticator.secret, pending, used, open, browser, ...codes]) {
    expect(rest, secret).not.toContain(secret.toLowerCase());
  }
  // Six digits stand in many a number; on their own they would be the code.
  expect(rest).not.toMatch(new RegExp(`\\b${code}\\b`));
});

test('a secret that is copied into another account opens nothing there', async () => {
  const ada = await app.signedIn();
  const eve = await app.signedIn();
  await enrol(app, ada);
  const hers = await enrol(app, eve);
  await app.unit(() =>
    app.kernel.database.query(
      `update totp set secret_sealed = (select secret_sealed from totp where account_id = $2)
       where account_id = $1`,
      [ada.accountId, eve.accountId],
    ),
  );
  const answer = await app.graphql(
    'mutation ($code: String!) { confirmIdentity(input: { totpCode: $code }) { confirmedUntil } }',
    { code: hers.code() },
    await now(app, ada),
  );
  expect(answer.errors?.[0]?.extensions.code).toBe('INTERNAL_SERVER_ERROR');
});
