import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { openBeside, refusalOf } from '../../../test/beside.js';
import { allowlistOf, allowOnly, setAllowlist, whoAt } from '../../../test/places.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { IpAllowlists } from './ip-allowlists.js';

const here = nobody.origin.address!;
const elsewhere = '198.51.100.9';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
});
beforeEach(async () => {
  ada = await app.signedIn();
});
afterAll(() => app.close());

const cookie = () => ({ cookie: app.secretOf(ada) });
const nameAt = async (address: string | null) => {
  const who = await whoAt(app, cookie(), address);
  return typeof who === 'string' ? who : who.name;
};
const confirm = (viewer = ada) =>
  app.graphql('mutation { confirmIpAllowlist { ipAllowlist { trialUntil } } }', {}, viewer);
const kept = async (...cidrs: string[]) => {
  await allowOnly(app, ada, ...cidrs);
  await confirm();
};
const kinds = () =>
  app.unit(async () => {
    const rows = await app.kernel.database.query<{ kind: string; details: unknown }>(
      `select kind, details from activity where account_id = $1 and kind like 'ip\\_%' order by id`,
      [ada.accountId],
    );
    return rows.map(({ kind }) => kind);
  });
const revert = () => app.unit(() => app.get(IpAllowlists).revert(ada.accountId!));

describe('a list of addresses', () => {
  test('is off and empty at first, and shows from where one asks', async () => {
    expect(await allowlistOf(app, ada)).toEqual({
      enabled: false,
      entries: [],
      callerAddress: here,
      trialUntil: null,
    });
    expect(await nameAt(null)).toBe(ada.name);
  });

  test('is kept in canonical form, each network once, with its labels', async () => {
    const entries = [
      { cidr: ' 203.0.113.99/24 ', label: ' Office ' },
      { cidr: '::ffff:203.0.113.0/120', label: 'twice' },
      { cidr: '2001:DB8:0:0::1' },
      { cidr: '::ffff:198.51.100.7', label: '' },
    ];
    const answer = await app.graphql(setAllowlist, { input: { enabled: true, entries } }, ada);
    expect(answer.data).toMatchObject({
      setIpAllowlist: {
        ipAllowlist: {
          enabled: true,
          entries: [
            { cidr: '203.0.113.0/24', label: 'Office' },
            { cidr: '2001:db8::1/128', label: null },
            { cidr: '198.51.100.7/32', label: null },
          ],
          trialUntil: new Date(app.clock.now().getTime() + 120_000).toISOString(),
        },
      },
    });
  });

  test.each([
    ['no address', 'example.org'],
    ['too long a prefix', '203.0.113.0/33'],
    ['an octal trick', '010.0.0.1'],
    ['a zone', 'fe80::1%eth0'],
    ['nothing', ''],
    ['a mapped network wider than IPv4', '::ffff:0:0/90'],
  ])('takes %s for no network', async (_what, cidr) => {
    const answer = await allowOnly(app, ada, here, cidr);
    expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field: 'entries' });
    expect((await allowlistOf(app, ada)).enabled).toBe(false);
  });

  test('holds a hundred and no more', async () => {
    const many = Array.from({ length: 100 }, (_, n) => `10.0.${n}.0/24`);
    expect(refusalOf(await allowOnly(app, ada, here, ...many))).toEqual({
      code: 'LIMIT_REACHED',
      field: 'entries',
    });
    expect(refusalOf(await allowOnly(app, ada, here, ...many.slice(1)))).toBeNull();
    expect((await allowlistOf(app, ada)).entries).toHaveLength(100);
  });

  test('that leaves out who makes it is refused, and nothing changes', async () => {
    for (const cidrs of [[elsewhere], ['::/0'], []]) {
      expect(refusalOf(await allowOnly(app, ada, ...cidrs))).toEqual({
        code: 'WOULD_LOCK_OUT',
        field: 'entries',
      });
    }
    const unreadable = { ...ada, origin: { ...ada.origin, address: null } };
    expect(refusalOf(await allowOnly(app, unreadable, '0.0.0.0/0', '::/0'))?.code).toBe(
      'WOULD_LOCK_OUT',
    );
    expect(await nameAt(elsewhere)).toBe(ada.name);
    expect(await kinds()).toEqual([]);
  });

  test('needs a fresh proof, to be made as to be kept', async () => {
    const eve = await app.signedIn({ confirmed: false });
    const code = 'IDENTITY_CONFIRMATION_REQUIRED';
    expect(refusalOf(await allowOnly(app, eve, here))?.code).toBe(code);
    expect(refusalOf(await confirm(eve))?.code).toBe(code);
    expect(refusalOf(await allowOnly(app, nobody, here))?.code).toBe('UNAUTHENTICATED');
  });
});

describe('what a list forbids', () => {
  test('is every address outside of it, at once, and one that cannot be read', async () => {
    await allowOnly(app, ada, '203.0.113.0/24', '2001:db8::/32');
    expect(await nameAt(here)).toBe(ada.name);
    expect(await nameAt('::ffff:203.0.113.200')).toBe(ada.name);
    expect(await nameAt('2001:db8:7::1')).toBe(ada.name);
    for (const address of ['203.0.114.1', '2001:db9::1', '::1', null]) {
      expect(await nameAt(address)).toBe('IP_NOT_ALLOWED');
    }
  });

  test('is nobody else’s matter', async () => {
    await kept(here);
    const eve = await app.signedIn();
    expect(await whoAt(app, { cookie: app.secretOf(eve) }, elsewhere)).toMatchObject({
      name: eve.name,
    });
  });
});

describe('a changed list', () => {
  test('falls back by the clock alone, though nothing runs', async () => {
    await allowOnly(app, ada, here);
    app.clock.advance(119_999);
    expect(await nameAt(elsewhere)).toBe('IP_NOT_ALLOWED');
    app.clock.advance(1);
    expect(await nameAt(elsewhere)).toBe(ada.name);
    expect(await allowlistOf(app, ada)).toMatchObject({
      enabled: false,
      entries: [],
      trialUntil: null,
    });
    expect(await kinds()).toEqual(['ip_allowlist.changed']);
  });

  test('stays once it is confirmed', async () => {
    await allowOnly(app, ada, here);
    app.clock.advance(60_000);
    expect((await confirm()).data).toEqual({
      confirmIpAllowlist: { ipAllowlist: { trialUntil: null } },
    });
    app.clock.advance(600_000);
    expect(await nameAt(elsewhere)).toBe('IP_NOT_ALLOWED');
    await revert();
    expect(await kinds()).toEqual(['ip_allowlist.changed', 'ip_allowlist.confirmed']);
  });

  test('is confirmed in time or not at all', async () => {
    expect(refusalOf(await confirm())?.code).toBe('CONFLICT');
    await allowOnly(app, ada, here);
    app.clock.advance(120_000);
    expect(refusalOf(await confirm())?.code).toBe('CONFLICT');
    expect(await nameAt(elsewhere)).toBe(ada.name);
  });

  test('falls back to the last confirmed one, however often it was changed on trial', async () => {
    await kept(here, elsewhere);
    await allowOnly(app, ada, here, '10.0.0.0/8');
    app.clock.advance(100_000);
    await allowOnly(app, ada, here, '172.16.0.0/12');
    app.clock.advance(100_000);
    expect(await nameAt(elsewhere)).toBe('IP_NOT_ALLOWED');
    app.clock.advance(20_000);
    expect(await nameAt(elsewhere)).toBe(ada.name);
    expect(await nameAt('172.16.0.1')).toBe('IP_NOT_ALLOWED');
  });

  test('is on trial also when it is switched off', async () => {
    await kept(here);
    const input = { enabled: false, entries: [{ cidr: here }] };
    await app.graphql(setAllowlist, { input }, ada);
    expect(await nameAt(elsewhere)).toBe(ada.name);
    app.clock.advance(120_000);
    expect(await nameAt(elsewhere)).toBe('IP_NOT_ALLOWED');
    expect(await nameAt(here)).toBe(ada.name);
  });

  test('that is as the confirmed one again ends the trial', async () => {
    await kept(here);
    await allowOnly(app, ada, here, elsewhere);
    await allowOnly(app, ada, here);
    expect((await allowlistOf(app, ada)).trialUntil).toBeNull();
    expect(await nameAt(elsewhere)).toBe('IP_NOT_ALLOWED');
  });

  test('in its labels only is on no trial', async () => {
    await kept(here);
    const input = { enabled: true, entries: [{ cidr: here, label: 'Home' }] };
    await app.graphql(setAllowlist, { input }, ada);
    expect(await allowlistOf(app, ada)).toMatchObject({
      entries: [{ cidr: `${here}/32`, label: 'Home' }],
      trialUntil: null,
    });
    expect(await kinds()).toEqual(['ip_allowlist.changed', 'ip_allowlist.confirmed']);
  });

  test('says in the log that it fell back, once, whether a job or the next change finds out', async () => {
    await allowOnly(app, ada, here);
    await revert();
    expect(await kinds()).toEqual(['ip_allowlist.changed']);
    app.clock.advance(120_000);
    await revert();
    await revert();
    expect(await kinds()).toEqual(['ip_allowlist.changed', 'ip_allowlist.reverted']);
    await allowOnly(app, ada, here);
    app.clock.advance(120_000);
    await allowOnly(app, ada, here, '10.0.0.0/8');
    expect((await kinds()).slice(2)).toEqual([
      'ip_allowlist.changed',
      'ip_allowlist.reverted',
      'ip_allowlist.changed',
    ]);
    expect((await allowlistOf(app, ada)).trialUntil).not.toBeNull();
  });

  test('by fifty at once on two servers is one of theirs, and falls back to what was before', async () => {
    const second = await openBeside(app);
    const houses = [app, second];
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, n) => {
        const house = houses[n % 2]!;
        const entries = [{ cidr: here }, { cidr: `10.0.${n}.0/24` }];
        return house.unit(() => house.get(IpAllowlists).set(ada, { enabled: true, entries }));
      }),
    );
    expect(codes).toHaveLength(50);
    const { entries } = await allowlistOf(app, ada);
    expect(entries[0]!.cidr).toBe(`${here}/32`);
    app.clock.advance(120_000);
    expect(await nameAt(elsewhere)).toBe(ada.name);
    await second.close();
  });
});
