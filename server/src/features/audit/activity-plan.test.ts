import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { rowsTouched } from '../../../test/plan.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from '../activity/activities.js';
import { Audits } from './audits.js';

const many = 30_000;
const first = 20;

let app: TestApp;
let ada: Viewer;
let auditor: Viewer;

// Half of it is hers, a tenth of hers failed, and one thing happened once, long ago.
const fill = `with entry as (
    insert into activity_entry
    select gen_random_uuid(), case when n % 2 = 0 then $1::uuid else gen_random_uuid() end, null, 'session',
      case when n = ${many} then 'totp.enrolled' when n % 20 = 0 then 'sign_in.failed' else 'sign_in.succeeded' end,
      $2::timestamptz - n * interval '1 minute', 'row ' || n, '', ''
    from generate_series(1, ${many}) n returning id, kind, reference)
  insert into activity_person select id, 'ada', '193.206.1.1', null, 's', '{}', 's', kind || ' ' || reference
  from entry`;

beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn();
  auditor = await app.signedIn({ permissions: ['admin.audit'] });
  await app.unit(() => app.kernel.database.query(fill, [ada.accountId, app.clock.now()]));
  // As autovacuum does, from time to time.
  await app.kernel.database.queryApart('vacuum analyze');
});
afterAll(() => app.close());

describe('a page of a long log', () => {
  const own = (filter: object) => () => app.get(Audits).own(ada, filter, { first });
  const all = (filter: object) => () => app.get(Audits).all(auditor, filter, { first });
  const pages: [string, () => () => Promise<unknown>][] = [
    ['one’s own', () => own({})],
    ['one’s own failures', () => own({ kind: 'sign_in.failed' })],
    ['one’s own of a rare kind', () => own({ kind: 'totp' })],
    [
      'one’s own of a day long ago',
      () => own({ to: new Date(app.clock.now().getTime() - 10 ** 9) }),
    ],
    ['everybody’s', () => all({})],
    ['everybody’s of a rare kind', () => all({ kind: 'totp.enrolled' })],
    ['everybody’s by a word that is rare', () => all({ search: '17017' })],
    ['everybody’s by a word that is everywhere', () => all({ search: 'sign_in' })],
  ];

  test.each(pages)('reads about as many rows as it shows: %s', async (_name, page) => {
    expect(await rowsTouched(app, 'order by e.at', page())).toBeLessThan(first * 60);
  });
});

test('something is recorded by one statement, in the transaction that made it happen', async () => {
  await app.unit(async () => {
    await app.kernel.database.transaction(async () => {
      const asked = vi.spyOn(app.kernel.database, 'query');
      await app.get(Activities).record(nobody, ada.accountId, 'tried.once', { n: 1 });
      const written = asked.mock.calls.filter(([sql]) => !sql.includes('graphile_worker'));
      asked.mockRestore();
      expect(written).toHaveLength(1);
    });
  });
});
