import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { goodPassword } from '../../../test/app.js';
import { nobodyAt } from '../../../test/beside.js';
import { createMailedApp } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { SignIns } from '../sign-in/sign-ins.js';

// Where the networks of these addresses belong is told by the bundled database.
const [rome, milan, germany] = ['193.206.1.1', '131.175.1.1', '141.1.1.1'];
const faraway = '8.8.8.8';

let app: MailedApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createMailedApp();
});
afterAll(() => app.close());
beforeEach(async () => {
  await sql(`update site set new_sign_in_rule = 'NETWORK_AND_COUNTRY'`);
  await sql('delete from rate_limit');
  ada = await app.signedIn();
});

const sql = (text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query(text, values));
const signIn = (address: string | null) =>
  app.unit(() =>
    app
      .get(SignIns)
      .signIn(
        address === null
          ? { ...nobodyAt(''), origin: { address, userAgent: null } }
          : nobodyAt(address),
        {
          login: ada.name,
          password: goodPassword,
          remember: false,
        },
      ),
  );
/** Whether the sign-in from there is told, once. */
const isTold = async (address: string | null) => {
  await signIn(address);
  const mails = await app.alertsTo(`${ada.name}@example.org`);
  const subject = '🌍 New Sign-In to Your Gatehouse Account';
  expect(mails.map((mail) => mail.subject)).toEqual(mails.length > 0 ? [subject] : []);
  return mails.length > 0;
};

describe('a sign-in', () => {
  test('that is the first ever is told to nobody', async () => {
    expect(await isTold(rome)).toBe(false);
  });

  test('from the same /24 is not, from another country it is, once for each place', async () => {
    await isTold(rome);
    expect(await isTold('193.206.1.254')).toBe(false);
    expect(await isTold(germany)).toBe(true);
    expect(await isTold(germany)).toBe(false);
  });

  test('from another network of a country that is known is not, unless the site says so', async () => {
    await isTold(rome);
    expect(await isTold(milan)).toBe(false);
    await sql(`update site set new_sign_in_rule = 'NETWORK_OR_COUNTRY'`);
    expect(await isTold('140.105.1.1')).toBe(true);
    expect(await isTold('140.105.1.9')).toBe(false);
  });

  test('is marked in the activity as it was judged, whatever the site says later', async () => {
    const marked = async () => {
      const { data } = await app.graphql(
        '{ me { activity(kind: "sign_in") { nodes { ipAddress details } } } }',
        {},
        ada,
      );
      const { me } = data as { me: { activity: { nodes: Row[] } } };
      return me.activity.nodes
        .filter(({ details }) => details.newNetwork)
        .map((row) => row.ipAddress);
    };
    interface Row {
      readonly ipAddress: string;
      readonly details: { readonly newNetwork?: true };
    }
    for (const address of [rome, milan, germany]) await signIn(address);
    expect(await marked()).toEqual([germany]);
    await sql(`update site set new_sign_in_rule = 'NETWORK_OR_COUNTRY'`);
    await signIn('140.105.1.1');
    expect(await marked()).toEqual(['140.105.1.1', germany]);
    await sql(`update site set new_sign_in_rule = 'NETWORK_AND_COUNTRY'`);
    expect(await marked()).toEqual(['140.105.1.1', germany]);
  });

  test('from nowhere on the map is judged by its network alone', async () => {
    await isTold(rome);
    expect(await isTold('10.1.2.3')).toBe(true);
    expect(await isTold('10.1.2.200')).toBe(false);
    expect(await isTold('10.1.3.1')).toBe(true);
    expect(await isTold(null)).toBe(true);
    expect(await isTold(null)).toBe(false);
  });

  test('over IPv6 counts by /48, a mapped address as its IPv4 one', async () => {
    await isTold('2001:db8:1::1');
    expect(await isTold('2001:db8:1:ffff::9')).toBe(false);
    expect(await isTold('2001:db8:2::1')).toBe(true);
    expect(await isTold('10.9.9.1')).toBe(true);
    expect(await isTold('::ffff:10.9.9.77')).toBe(false);
  });

  test('is held against the last fifty, whatever became of their sessions', async () => {
    await isTold(rome);
    await sql('delete from session where account_id = $1', [ada.accountId]);
    expect(await isTold(rome)).toBe(false);
    const often = async (times: number) => {
      for (let time = 0; time < times; time++) await signIn(faraway);
      await app.alertsTo();
    };
    await often(48);
    // The first two are still among the last fifty, then no longer.
    expect(await isTold(milan)).toBe(false);
    await often(49);
    expect(await isTold(milan)).toBe(false);
    const kept = await sql('select 1 from sign_in_memory where account_id = $1', [ada.accountId]);
    expect(kept).toHaveLength(50);
    await often(50);
    expect(await isTold(milan)).toBe(true);
  });

  test('is in the inbox all the same', async () => {
    await isTold(rome);
    await isTold(germany);
    const { data } = await app.graphql(
      '{ me { inbox(first: 5) { nodes { type title } } } }',
      {},
      ada,
    );
    expect(data).toEqual({
      me: {
        inbox: {
          nodes: [{ type: 'account.activity', title: 'A sign-in from somewhere new' }],
        },
      },
    });
  });
});
