import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';

let app: MailedApp;
let ada: Viewer;
beforeEach(async () => {
  app = await createMailedApp();
  ada = await app.signedIn({ username: 'ada' });
  await setSecondary('ada.at.home@example.org');
});
afterEach(() => app.close());

const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));
const setSecondary = (email: string) =>
  sql(
    `insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)
     on conflict (account_id) do update set email = $2, email_canonical = $2`,
    [ada.accountId, email],
  );
/** Something is told to both of her addresses. */
async function happen(): Promise<void> {
  await app.unit(() => app.get(Activities).record(ada, ada.accountId, 'passkey.removed'));
  await app.settled();
  app.clock.advance(1_000);
}
async function unreached(viewer = ada): Promise<unknown> {
  const document =
    '{ me { security { unreachedAddresses { email isSecondary reason isFinal } } } }';
  const { data } = await app.graphql(document, {}, viewer);
  const { security } = data!['me'] as { security: { unreachedAddresses: unknown } };
  return security.unreachedAddresses;
}
const refused = (email: string, isSecondary: boolean) => ({
  email,
  isSecondary,
  reason: '550 5.1.1 no such mailbox',
  isFinal: true,
});

test('nothing is said while every address takes its alerts', async () => {
  await happen();
  expect(await unreached()).toEqual([]);
});

test('of two mailboxes that look alike masked the one that refuses is named, whichever it is', async () => {
  app.sink.refuse('ada.at.home@example.org');
  await happen();
  expect(await unreached()).toEqual([refused('ada.at.home@example.org', true)]);
  app.sink.allow('ada.at.home@example.org');
  app.sink.refuse('ada@example.org');
  await happen();
  expect(await unreached()).toEqual([refused('ada@example.org', false)]);
  app.sink.allow('ada@example.org');
  await happen();
  expect(await unreached()).toEqual([]);
});

test('an address that was replaced is nobody’s worry any more', async () => {
  app.sink.refuse('ada.at.home@example.org');
  await happen();
  await setSecondary('ada@elsewhere.example');
  expect(await unreached()).toEqual([]);
  const eve = await app.signedIn();
  expect(await unreached(eve)).toEqual([]);
});

test('one that keeps a mail waiting is named after an hour, not before', async () => {
  app.sink.refuse('ada@example.org', 451, '4.2.2 mailbox full');
  await happen();
  app.clock.advance(58 * 60_000);
  expect(await unreached()).toEqual([]);
  app.clock.advance(2 * 60_000);
  expect(await unreached()).toEqual([
    {
      email: 'ada@example.org',
      isSecondary: false,
      reason: '451 4.2.2 mailbox full',
      isFinal: false,
    },
  ]);
});
