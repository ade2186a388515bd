import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let app: TestApp;
let bench: DeliveryBench;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  bench = new DeliveryBench(app);
});
afterAll(() => app.close());
beforeEach(async () => {
  ada = await app.signedIn();
});

interface Row {
  type: { key: string; title: string; builtIn: boolean };
  enabled: string[];
  mandatory: string[];
}
const matrix = async (viewer = ada) => {
  const { data } = await app.graphql(
    '{ me { notificationSettings { types { type { key title builtIn } enabled mandatory } } } }',
    {},
    viewer,
  );
  const { types } = (data as { me: { notificationSettings: { types: Row[] } } }).me
    .notificationSettings;
  return new Map(types.map((row) => [row.type.key, row]));
};
const kinds = async () =>
  (
    await bench.sql<{ kind: string }>(
      `select kind from activity where account_id = $1 and kind like 'alerts.%' order by id`,
      [ada.accountId],
    )
  ).map(({ kind }) => kind);

describe('the matrix', () => {
  it('has every built-in type, named in the reader’s language, with its defaults', async () => {
    const rows = await matrix({ ...ada, locale: 'IT' });
    for (const key of [
      ...['account.security', 'account.activity', 'admin.message', 'domain.created'],
      'access_token.expiring',
      ...['system.application_installed', 'system.update_available', 'support.access_changed'],
      ...['alert.cpu', 'alert.memory', 'alert.disk', 'alert.load', 'delivery.failing'],
      ...['quota.near_limit', 'quota.back_to_normal'],
      ...['email_account.near_limit', 'email_account.back_to_normal'],
    ]) {
      expect(rows.get(key)?.type.title ?? key).not.toBe(key);
      expect(rows.get(key)?.enabled).toContain('IN_APP');
    }
    expect(rows.get('account.security')).toMatchObject({
      type: { title: 'Sicurezza del tuo account' },
      enabled: ['IN_APP', 'EMAIL'],
      mandatory: ['EMAIL'],
    });
  });

  it('is changed by all of the changes or by none', async () => {
    const email = (type: string) => ({ type, channel: 'EMAIL', enabled: false });
    for (const [wrong, told] of [
      [email('account.security'), { code: 'BAD_USER_INPUT', field: 'enabled' }],
      [email('no.such'), { code: 'NOT_FOUND', field: 'type' }],
      [
        { type: 'alert.cpu', channel: 'WEBHOOK', enabled: true },
        { code: 'BAD_USER_INPUT', field: 'channel' },
      ],
    ] as const) {
      expect(refusalOf(await bench.set(ada, [email('alert.cpu'), wrong]))).toMatchObject(told);
    }
    expect((await matrix()).get('alert.cpu')!.enabled).toEqual(['IN_APP', 'EMAIL']);
    expect(
      refusalOf(
        await bench.set(
          ada,
          Array.from({ length: 201 }, () => email('alert.cpu')),
        ),
      ),
    ).toMatchObject({ code: 'BAD_USER_INPUT', field: 'changes' });
    await bench.set(ada, [email('alert.cpu'), email('alert.disk')]);
    expect((await matrix()).get('alert.disk')!.enabled).toEqual(['IN_APP']);
    expect((await matrix(await app.signedIn())).get('alert.disk')!.enabled).toContain('EMAIL');
  });

  it('tells when the mails of the account’s activity are switched off, once', async () => {
    const activity = (enabled: boolean) =>
      bench.set(ada, [{ type: 'account.activity', channel: 'EMAIL', enabled }]);
    await activity(true);
    expect(await kinds()).toEqual([]);
    for (const enabled of [false, false, true]) await activity(enabled);
    expect(await kinds()).toEqual(['alerts.muted', 'alerts.unmuted']);
  });
});
