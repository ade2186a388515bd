import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { allPermissions } from '../src/features/permission/permissions.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { adminActs } from './admin-acts.js';
import { act } from './alerts.js';
import { refusalOf } from './beside.js';
import { everyField } from './every-field.js';
import { createMailedApp } from './mail.js';
import type { MailedApp } from './mail.js';
import { openSupportHost } from './support-host.js';
import type { SupportHost } from './support-host.js';

let host: SupportHost;
let app: MailedApp;
let ada: Viewer;
let admin: Viewer;
beforeAll(async () => {
  host = await openSupportHost(undefined);
  await host.write(Buffer.from('# mine\n'));
  app = await createMailedApp(host.settings);
});
afterAll(async () => {
  await app.close();
  await host.close();
});
beforeEach(async () => {
  await app.unit(() => app.kernel.database.query('delete from rate_limit'));
  await app.unit(() =>
    app.kernel.database.query(`update account set role = 'USER', permissions = '{}'`),
  );
  ada = await app.signedIn();
  admin = await app.signedIn({ permissions: allPermissions });
});

interface Row {
  readonly kind: string;
  readonly accountId: string;
  readonly actor: string;
  readonly details: object;
}
const log = () =>
  app.unit(() =>
    app.kernel.database.query<Row>(
      `select kind, account_id as "accountId", actor, details from activity order by id`,
    ),
  );
const fresh = (viewer: Viewer) => `${viewer.name}@example.org`;

describe.each(Object.entries(adminActs))('%s', (_, { document, given, ...wanted }) => {
  test('asks for a proof where it should, is in the log with who and what, and is told', async () => {
    const variables = await given(app, ada, admin);
    await app.alertsTo();
    const before = await log();

    const late = { ...admin, confirmedUntil: null };
    const code = refusalOf(await app.graphql(document, variables, late))?.code;
    if (wanted.proof) {
      expect(code).toBe('IDENTITY_CONFIRMATION_REQUIRED');
      expect(await log()).toEqual(before);
      expect(await app.alertsTo()).toEqual([]);
      await act(app, document, variables, admin);
    } else {
      expect(code).toBeUndefined();
    }

    const rows = (await log()).slice(before.length);
    const [row, ...more] = rows.filter(({ kind }) => kind === wanted.kind);
    expect(more).toEqual([]);
    expect(row).toMatchObject({ actor: admin.name, details: wanted.details });
    const owners = {
      ada: ada.accountId,
      admin: admin.accountId,
      other: expect.any(String) as string,
    };
    expect(row!.accountId).toEqual(owners[wanted.of]);

    const subjects = (await app.alertsTo(fresh(wanted.of === 'admin' ? admin : ada))).map(
      ({ subject }) => subject,
    );
    expect(subjects).toEqual(wanted.told === null ? [] : [wanted.told]);
  });

  test.each(['en', 'it'])('has a sentence in the log of who reads %s', (language) => {
    const file = new URL(`../../text/${language}/activity.json`, import.meta.url);
    const { kinds } = JSON.parse(readFileSync(file, 'utf8')) as { kinds: Record<string, object> };
    const [group = '', kind = ''] = wanted.kind.split('.');
    expect(kinds[group]).toHaveProperty(kind);
  });
});

test('none that the schema has is missing', () => {
  const ofPrograms = new Set(['USAGE_WRITE', 'EVENTS_WRITE']);
  const declared = everyField(app.schema())
    .filter(({ operation, rule }) => operation === 'mutation' && rule?.permission !== undefined)
    .filter(({ rule }) => !ofPrograms.has(rule?.scope ?? ''))
    .map(({ name }) => name.replace('Mutation.', ''));
  const tested = Object.keys(adminActs).map((name) => name.split(' ')[0]!);
  expect([...new Set(tested)].sort()).toEqual(declared.sort());
});
