import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import { enrol, now } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let page: PasskeyPage;
beforeAll(async () => {
  app = await createTestApp();
  page = new PasskeyPage(app);
});
afterAll(() => app.close());

const advice = async (viewer: Viewer) => {
  const { data } = await app.graphql('{ me { security { recommendations } } }', {}, viewer);
  return (data as { me: { security: { recommendations: string[] } } }).me.security.recommendations;
};
const sql = (text: string, ...parameters: unknown[]) =>
  app.unit(() => app.kernel.database.query(text, parameters));

test('somebody with a password alone is told what is worth most first, and nothing once all is done', async () => {
  const ada = await app.signedIn();
  expect(await advice(ada)).toEqual([
    'ENABLE_TOTP',
    'VERIFY_EMAIL',
    'ADD_PASSKEY',
    'ADD_SECONDARY_EMAIL',
  ]);
  await sql('update account set email_verified = true where id = $1', ada.accountId);
  await sql(
    `insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)`,
    ada.accountId,
    'ada.home@example.org',
  );
  expect(await advice(ada)).toEqual(['ENABLE_TOTP', 'ADD_PASSKEY']);
  await page.register(ada, page.authenticator({ backedUp: false }));
  expect(await advice(ada)).toEqual(['ENABLE_TOTP', 'ADD_BACKUP_PASSKEY']);
  await page.register(ada);
  expect(await advice(ada)).toEqual(['ENABLE_TOTP']);
  await enrol(app, ada);
  expect(await advice(ada)).toEqual([]);
});

test('new recovery codes are due when three are left, a verified second address when it waits', async () => {
  const ada = await app.signedIn();
  await enrol(app, ada);
  const use = `update recovery_code set used_at = now() where account_id = $1 and hash in (
    select hash from recovery_code where account_id = $1 and used_at is null limit $2)`;
  await sql(use, ada.accountId, 6);
  expect(await advice(ada)).not.toContain('REGENERATE_RECOVERY_CODES');
  await sql(use, ada.accountId, 1);
  expect((await advice(ada))[0]).toBe('REGENERATE_RECOVERY_CODES');
  const viewer = await now(app, ada);
  const add = 'mutation { addSecondaryEmail(email: "later@example.org") { hasPassword } }';
  await app.graphql(add, {}, viewer);
  expect(await advice(ada)).toContain('ADD_SECONDARY_EMAIL');
});

test('who has passkeys and no password needs no code beside them', async () => {
  const ada = await app.signedIn();
  await page.register(ada);
  await sql('delete from password where account_id = $1', ada.accountId);
  expect(await advice(ada)).not.toContain('ENABLE_TOTP');
});
