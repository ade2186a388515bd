import { describe, expect, test } from 'vitest';
import type { ActivityFieldsFragment } from '../../graphql/generated/documents.ts';
import { endOfDay, startOfDay } from '../../text/days.ts';
import { loadMessages, Text } from '../../text/text.svelte.ts';
import { activityFile } from './activity-file.ts';
import { daysOf } from '../activity-entry/days.ts';
import { detailsOf } from '../activity-entry/details.ts';
import { activityVariables, addressOf, filterOf, noFilter } from './filter.ts';
import { auditGroups, groupName, kindName } from '../activity-entry/kinds.ts';

const en = new Text({
  language: 'en',
  messages: await loadMessages('en'),
  timeZone: 'Europe/Rome',
});
const it = new Text({
  language: 'it',
  messages: await loadMessages('it'),
  timeZone: 'Europe/Rome',
});

let made = 0;
const row = (kind: string, at: string, more: Partial<ActivityFieldsFragment> = {}) =>
  ({
    id: `row ${++made}`,
    kind,
    at,
    ipAddress: '193.206.1.1',
    country: 'IT',
    browser: null,
    os: null,
    actor: null,
    details: {},
    reference: 'AAAA-AAAA',
    deliveries: [],
    ...more,
  }) satisfies ActivityFieldsFragment;

describe('days', () => {
  const failed = (at: string, ipAddress = '10.0.0.1') => row('sign_in.failed', at, { ipAddress });

  test('are those of the person’s zone', () => {
    const rows = [row('x', '2026-03-01T23:30:00Z'), row('x', '2026-03-01T22:30:00Z')];
    const days = daysOf(rows, (at) => en.dayOf(at));
    expect(days.map(({ day, items }) => [day, items.length])).toEqual([
      ['2026-03-02', 1],
      ['2026-03-01', 1],
    ]);
  });

  test('put failed sign-ins that followed on each other together, and none that did not', () => {
    const rows = [
      failed('2026-03-01T14:09:00Z'),
      failed('2026-03-01T14:05:00Z', '10.0.0.2'),
      failed('2026-03-01T14:02:00Z'),
      row('sign_in.succeeded', '2026-03-01T14:00:00Z'),
      failed('2026-03-01T13:00:00Z'),
      row('totp.enrolled', '2026-03-01T12:00:00Z'),
    ];
    const [day] = daysOf(rows, (at) => en.dayOf(at));
    expect(day?.items).toEqual([
      {
        failures: {
          id: rows[2]!.id,
          rows: rows.slice(0, 3),
          first: '2026-03-01T14:02:00Z',
          last: '2026-03-01T14:09:00Z',
          addresses: 2,
        },
      },
      { row: rows[3] },
      { row: rows[4] },
      { row: rows[5] },
    ]);
  });

  test('do not lose a run of failures that midnight divides', () => {
    const rows = [failed('2026-03-01T23:10:00Z'), failed('2026-03-01T22:50:00Z')];
    const days = daysOf(rows, (at) => en.dayOf(at));
    expect(days.flatMap(({ items }) => items)).toEqual(rows.map((one) => ({ row: one })));
  });
});

describe('sentences', () => {
  test('say every kind in both languages, and one that is unknown readably', () => {
    expect(kindName('locked_down', en)).toBe('Account locked down');
    expect(kindName('ip_allowlist.reverted', it)).toBe('Indirizzi consentiti ripristinati');
    expect(kindName('usage.over_limit', it)).toBe('Usage: over limit');
    for (const group of auditGroups) {
      expect(groupName(group, en)).not.toBe('');
      expect(en.has(`activity.groups.${group}`), group).toBe(true);
      expect(it.has(`activity.groups.${group}`), group).toBe(true);
    }
  });

  test.each([
    [{ method: 'PASSWORD_TOTP' }, 'with password and authenticator code'],
    [{ ended: 1 }, '1 session ended'],
    [
      { sessions: 2, accessTokens: 0, apiKeys: 1 },
      '2 sessions ended · no access token revoked · 1 API key revoked',
    ],
    [{ old: 'a@b.org', new: 'c@d.org' }, 'a@b.org → c@d.org'],
    [{ name: 'Phone', former: 'Key' }, 'Key → Phone'],
    [{ email: 'c@d.org', former: null }, 'c@d.org'],
    [{ to: 'c@d.org' }, 'to c@d.org'],
    [
      { enabled: false, entries: ['10.0.0.0/8', '::1/128'] },
      'switched off · addresses: 10.0.0.0/8 and ::1/128',
    ],
    [{ oneTime: false, replaced: true }, 'in place of the former one'],
    [{ until: '2026-03-01T12:00:00Z' }, 'until Mar 1, 2026, 1:00 PM'],
    [{ key: 'disk', value: 500 }, 'Disk space: 500\u00a0B'],
    [{ key: 'disk', from: -1, value: 5e11 }, 'Disk space: unlimited → 500\u00a0GB'],
    [{ changes: ['events', 'url'] }, 'changed: events and url'],
    [{ changes: { minLength: 8 } }, 'changed: minLength'],
    [
      { changes: { registration: { from: 'CLOSED', to: 'OPEN' }, odd: { from: null, to: true } } },
      'registration: closed → open · Odd: none → yes',
    ],
    [
      { role: 'ADMIN', formerRole: 'USER', granted: ['admin.users'], revoked: [] },
      'role: User → Administrator · given: admin.users',
    ],
    [
      { role: 'USER', email: 'c@d.org', permissions: ['admin.audit'] },
      'c@d.org · role: User · permissions: admin.audit',
    ],
    [
      { metric: 'DISK', threshold: 90, forSeconds: 600, hysteresis: 5, enabled: true },
      'Disk space at or above 90 % for 10 minutes · Back to normal below 85 % · switched on',
    ],
    [
      { count: 3, channel: null, since: '2026-03-01T12:00:00Z' },
      '3 deliveries · since Mar 1, 2026, 1:00 PM',
    ],
    [
      { surprise: 'yes', flag: true, list: [1, 'a'], deep: { a: 1 }, nil: null },
      'Surprise: yes · Flag: yes · List: 1, a',
    ],
    [{ newNetwork: true, account: 'ada', id: 'x' }, ''],
    [null, ''],
    ['odd', ''],
  ])('tell details %j as %j', (details, told) => {
    expect(detailsOf({ details }, en).join(' · ')).toBe(told);
  });

  test('name a country in the reader’s language', () => {
    expect([en.country('DE'), it.country('DE')]).toEqual(['Germany', 'Germania']);
  });
});

describe('filters', () => {
  test('stand in the address, and nothing stands there that is none', () => {
    const filter = { ...noFilter, kind: 'passkey', search: ' a&b ', to: '2026-03-01' };
    expect(addressOf(filter)).toBe('?kind=passkey&search=a%26b&to=2026-03-01');
    expect(filterOf(new URLSearchParams(addressOf(filter)))).toEqual({ ...filter, search: 'a&b' });
    expect(addressOf(noFilter)).toBe('');
    expect(filterOf(new URLSearchParams('from=2026-02-30&to=yesterday&x=1'))).toEqual(noFilter);
  });

  test.each([
    ['2026-03-01', 'Europe/Rome', 0, '2026-02-28T23:00:00.000Z'],
    ['2026-03-28', 'Europe/Rome', 1, '2026-03-28T23:00:00.000Z'],
    ['2026-03-29', 'Europe/Rome', 1, '2026-03-29T22:00:00.000Z'],
    ['2026-10-25', 'Europe/Rome', 1, '2026-10-25T23:00:00.000Z'],
    ['2026-01-01', 'Pacific/Auckland', 0, '2025-12-31T11:00:00.000Z'],
    ['2026-12-31', 'UTC', 1, '2027-01-01T00:00:00.000Z'],
  ])('%s in %s, %i days later, begins at %s', (day, zone, later, instant) => {
    expect(startOfDay(day, zone, later)).toBe(instant);
  });

  test.each([
    ['2026-03-29', 'Europe/Rome', '2026-03-29T21:59:59.000Z'],
    ['2026-10-25', 'Europe/Rome', '2026-10-25T22:59:59.000Z'],
    ['2026-12-31', 'Pacific/Auckland', '2026-12-31T10:59:59.000Z'],
  ])('%s in %s ends at %s', (day, zone, instant) => {
    expect(endOfDay(day, zone)).toBe(instant);
    expect(new Text({ language: 'en', messages: {}, timeZone: zone }).dayOf(instant)).toBe(day);
  });

  test('include the last day, and ask nothing backwards', () => {
    const asked = activityVariables({ ...noFilter, from: '2026-03-01', to: '2026-03-01' }, 'UTC');
    expect([asked.from, asked.to]).toEqual([
      '2026-03-01T00:00:00.000Z',
      '2026-03-02T00:00:00.000Z',
    ]);
    const backwards = activityVariables(
      { ...noFilter, from: '2026-03-02', to: '2026-03-01' },
      'UTC',
    );
    expect([backwards.from, backwards.to]).toEqual(['2026-03-02T00:00:00.000Z', null]);
  });
});

describe('a file', () => {
  const told = row('passkey.added', '2026-03-01T12:00:00Z', {
    details: { name: '=HYPERLINK("x")' },
    actor: '=cmd|calc',
    browser: 'Firefox, 128',
  });

  test('of CSV has what programs read, and runs no formula', () => {
    const { content } = activityFile([told], 'csv', it);
    const [, line] = content.split('\r\n');
    expect(line).toBe(
      `2026-03-01T12:00:00Z,Passkey aggiunta,passkey.added,'=cmd|calc,193.206.1.1,IT,"Firefox, 128",,AAAA-AAAA,"{""name"":""=HYPERLINK(\\""x\\"")""}"`,
    );
  });

  test('of JSON has the same', () => {
    const { content } = activityFile([told], 'json', en);
    expect(JSON.parse(content)).toMatchObject([
      {
        what: 'Passkey added',
        kind: 'passkey.added',
        actor: '=cmd|calc',
        os: null,
        details: told.details,
      },
    ]);
  });
});

test('a limit is told by its name and as people write sizes', () => {
  const told = (key: string, value: number, text: Text) =>
    detailsOf(row('user.limit_set', '2026-03-01T12:00:00Z', { details: { key, value } }), text)
      .join()
      .replaceAll('\u00a0', ' ');
  expect(told('disk', 1_649_267_441_664, en)).toBe('Disk space: 1.6 TB');
  expect(told('disk', 1_649_267_441_664, it)).toBe('Spazio su disco: 1,6 TB');
  expect(told('email_accounts', -1, en)).toBe('E-mail accounts: unlimited');
  expect(told('mailing_lists', 20, en)).toBe('mailing lists: 20');
});
