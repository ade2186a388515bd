import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Json } from '../../kernel/live.js';
import { systemViewer } from '../../kernel/viewer.js';
import type { Viewer } from '../../kernel/viewer.js';
import { Activities } from '../activity/activities.js';
import { examples } from './alert-gallery.js';
import { alertKinds } from './alert-kinds.js';
import { isTold } from './alert-table.js';

let app: MailedApp;
beforeAll(async () => {
  app = await createMailedApp();
});
afterAll(() => app.close());

const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));

const secondaries = ['no', 'unverified', 'verified'] as const;
const people = (['EN', 'IT'] as const).flatMap((locale) =>
  secondaries.flatMap((secondary) =>
    [true, false].map((advisory) => ({ locale, secondary, advisory })),
  ),
);

/** Of its own, so that what nobody is told of is not told here by chance. */
async function person(how: (typeof people)[number]): Promise<Viewer> {
  const viewer = await app.signedIn({ permissions: ['admin.system.support'] });
  const second = `${viewer.name}@second.example`;
  await sql('update account set locale = $2 where id = $1', [viewer.accountId, how.locale]);
  if (how.secondary === 'verified') {
    await sql(
      'insert into secondary_email (account_id, email, email_canonical) values ($1, $2, $2)',
      [viewer.accountId, second],
    );
  } else if (how.secondary === 'unverified') {
    await sql(
      `insert into secondary_email (account_id, pending_email, pending_canonical, pending_hash, pending_until)
       values ($1, $2, $2, $2, now() + interval '1 day')`,
      [viewer.accountId, second],
    );
  }
  if (!how.advisory) {
    await sql(
      `insert into preference (account_id, type, channel, enabled)
       values ($1, 'account.activity', 'EMAIL', false)`,
      [viewer.accountId],
    );
  }
  return viewer;
}

/** Which of the addresses hear of it, from the table of the contract and not from the code. */
function expected(kind: string, how: (typeof people)[number]): string[] {
  const both = how.secondary === 'verified' ? ['primary', 'secondary'] : ['primary'];
  const isAdvisory = ['sign_in.succeeded', 'sign_in.failed_repeatedly'].includes(kind);
  if (isAdvisory) return how.advisory ? both : [];
  if (kind === 'email.changed') return ['former', ...both];
  if (kind === 'secondary_email.removed') return ['primary', 'removed'];
  return both;
}

test.each(people)(
  'every kind, $locale, with $secondary second address, advisory mails $advisory',
  { timeout: 120_000 },
  async (how) => {
    const ada = await person(how);
    await app.alertsTo();
    const names: Record<string, string> = {
      [`${ada.name}@example.org`]: 'primary',
      [`${ada.name}@second.example`]: 'secondary',
      'former@example.org': 'former',
      'removed@example.org': 'removed',
    };
    for (const [kind, given = {}, by = 'owner'] of examples) {
      let details: Record<string, Json> = { ...given };
      if (kind === 'email.changed')
        details = { old: 'former@example.org', new: Object.keys(names)[0]! };
      if (kind === 'secondary_email.removed') details = { email: 'removed@example.org' };
      if (kind === 'sign_in.succeeded') details = { ...details, newNetwork: true };
      // A second address that is attached or replaced has its own tests, by the real calls.
      if (kind === 'secondary_email.changed') continue;
      expect(isTold(kind, details)).toBe(true);
      const actor =
        by === 'owner'
          ? ada
          : { ...systemViewer, kind: by === 'system' ? ('system' as const) : ('command' as const) };
      await app.unit(() => app.get(Activities).record(actor, ada.accountId, kind, details));
      const mails = (await app.alertsTo()).filter((mail) => names[mail.envelopeTo[0]!]);
      const came = mails.map((mail) => names[mail.envelopeTo[0]!]!).sort();
      expect([kind, ...came]).toEqual([kind, ...expected(kind, how).sort()]);
      for (const mail of mails) {
        expect(mail.envelopeTo).toHaveLength(1);
        expect(mail.text).toContain(how.locale === 'IT' ? 'Se non eri tu' : 'If this was not you');
        expect(mail.envelopeFrom).toBe(app.config.securityMailFrom);
      }
    }
  },
);

test('no kind is left out', () => {
  expect(Object.keys(alertKinds)).toHaveLength(20);
  expect(examples.length).toBeGreaterThan(40);
});
