import { afterAll, beforeAll, expect, test } from 'vitest';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Json } from '../../kernel/live/live.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';
import type { Act } from './act.js';
import { examples } from './alert-gallery.js';

import { alertKinds } from './alert-kinds.js';
import type { AlertKind } from './alert-kinds.js';
import { alertsOf, isTold } from './alert-table.js';

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
async function person(how: How): Promise<Viewer> {
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

type How = (typeof people)[number];
const both = (how: How) => (how.secondary === 'verified' ? ['primary', 'secondary'] : ['primary']);
const advisory = (how: How) => (how.advisory ? both(how) : []);

/** Which addresses hear of each kind: the table of the contract, and not the code's. */
const recipients: Record<AlertKind, (how: How) => string[]> = {
  password_changed: both,
  primary_email_changed: (how) => ['former', ...both(how)],
  new_sign_in: advisory,
  failed_sign_ins: advisory,
  sessions_ended: both,
  api_key_changed: both,
  secondary_email_changed: () => ['primary'],
  secondary_email_removed: () => ['primary', 'removed'],
  two_factor_changed: both,
  passkey_changed: both,
  recovery_codes_changed: both,
  ip_allowlist_changed: both,
  access_token_changed: both,
  notification_email_changed: both,
  alerts_muted: both,
  data_export_requested: both,
  account_deletion: both,
  admin_action: both,
  support_access_changed: both,
  locked_down: both,
};

/** The details of an example, with the addresses of this person. */
function detailsFor(kind: string, given: Record<string, Json>, primary: string) {
  const own: Record<string, Record<string, Json>> = {
    'email.changed': { old: 'former@example.org', new: primary },
    'secondary_email.removed': { email: 'removed@example.org' },
    'secondary_email.changed': {
      email: 'new@example.org',
      former: given['former'] === null ? null : 'removed@example.org',
    },
    'sign_in.succeeded': { newNetwork: true },
  };
  return { ...given, ...own[kind] };
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
    const told = new Set<AlertKind>();
    for (const [kind, given = {}, by = 'owner'] of examples) {
      const details = detailsFor(kind, given, `${ada.name}@example.org`);
      expect(isTold(kind, details)).toBe(true);
      const actor =
        by === 'owner'
          ? ada
          : { ...systemViewer, kind: by === 'system' ? ('system' as const) : ('command' as const) };
      await app.unit(() => app.get(Activities).record(actor, ada.accountId, kind, details));
      const all = await app.alertsTo();
      const mails = all.filter((mail) => names[mail.envelopeTo[0]!]);
      // Nobody else but, of support access, the administrators of the rows before.
      if (!kind.startsWith('support_access')) expect(all).toEqual(mails);
      const kinds = alertsOf([{ kind, details, by } as Act]).map((alert) => alert.kind);
      for (const each of kinds) told.add(each);
      const came = mails.map((mail) => names[mail.envelopeTo[0]!]!).sort();
      const expected = kinds.flatMap((each) => recipients[each](how)).sort();
      expect([kind, ...came]).toEqual([kind, ...expected]);
      for (const mail of mails) {
        expect(mail.to?.map(({ address }) => address)).toEqual(mail.envelopeTo);
        expect(mail.envelopeTo).toHaveLength(1);
        expect(mail.text).toMatch(
          how.locale === 'IT' ? /Se non (eri tu|lo sapevi)/ : /If (this was|you did) not/,
        );
        expect(mail.envelopeFrom).toBe(app.config.securityMailFrom);
      }
    }
    // A new kind is not complete without an example here and a row above.
    expect([...told].sort()).toEqual(Object.keys(alertKinds).sort());
    expect(Object.keys(recipients).sort()).toEqual(Object.keys(alertKinds).sort());
  },
);
