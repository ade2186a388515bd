import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { rowsTouched } from '../../../test/plan.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Inboxes } from './inboxes.js';
import type { InboxQuery } from './inboxes.js';

const many = 30_000;
const first = 20;
const none = { read_at: 'null', dismissed_at: 'null', snoozed_until: 'null' };

let app: TestApp;
/** What else she has beside thirty older rows that are there and not read. */
const people = {
  'dismissed everything': { ...none, read_at: 'now()', dismissed_at: 'now()' },
  'dismissed everything unread': { ...none, dismissed_at: 'now()' },
  'read everything': { ...none, read_at: 'now()' },
  'snoozed everything': { ...none, snoozed_until: `now() + interval '1 day'` },
  'read nothing': none,
};
type Person = keyof typeof people;
const viewers = new Map<Person, Viewer>();

async function fill(viewer: Viewer, person: Person): Promise<void> {
  const { read_at, dismissed_at, snoozed_until } = people[person];
  await app.unit(() =>
    app.kernel.database.query(
      `insert into notification (account_id, message_id, arrived, read_at, dismissed_at, snoozed_until)
       select $1, id, created_at, case when n <= ${many} then ${read_at} end::timestamptz,
         case when n <= ${many} then ${dismissed_at} end::timestamptz,
         case when n <= ${many} then ${snoozed_until} end::timestamptz
       from (select id, created_at, row_number() over (order by created_at desc) as n from message) m`,
      [viewer.accountId],
    ),
  );
}

beforeAll(async () => {
  app = await createTestApp();
  await app.unit(() =>
    app.kernel.database.query(
      `insert into message (id, type, category, severity, texts, created_at)
       select gen_random_uuid(), 'admin.message', 'messages', 'INFO',
         '{"EN": {"title": "one", "body": ""}}', $1::timestamptz - n * interval '1 minute'
       from generate_series(1, ${many + 30}) n`,
      [app.clock.now()],
    ),
  );
  for (const person of Object.keys(people) as Person[]) {
    const viewer = await app.signedIn();
    viewers.set(person, viewer);
    await fill(viewer, person);
  }
  // As autovacuum does, from time to time.
  await app.kernel.database.queryApart('vacuum analyze');
}, 60_000);
afterAll(() => app.close());

describe('a page of an inbox reads about as many rows as it shows', () => {
  const filters: InboxQuery['filter'][] = ['ALL', 'UNREAD', 'SNOOZED', 'DISMISSED'];
  const asked = (Object.keys(people) as Person[]).flatMap((person) =>
    filters.map((filter) => ({ person, filter })),
  );

  test.each(asked)('of somebody who $person: $filter', async ({ person, filter }) => {
    const cost = await rowsTouched(app, 'order by n.arrived', () =>
      app.get(Inboxes).page(viewers.get(person)!, { first, filter }),
    );
    // Counting what is unread is apart: it reads what it counts.
    const counted = person === 'read nothing' ? 2 * (many + 30) : 0;
    expect(cost - counted).toBeLessThan(first * 20);
  });

  test('and the next page as well', async () => {
    const viewer = viewers.get('dismissed everything')!;
    const inboxes = app.get(Inboxes);
    const query = { first: 10, filter: 'DISMISSED' } as const;
    const { pageInfo } = await app.unit(() => inboxes.page(viewer, query));
    expect(pageInfo.hasNextPage).toBe(true);
    const cost = await rowsTouched(app, 'order by n.arrived', () =>
      inboxes.page(viewer, { ...query, after: pageInfo.endCursor }),
    );
    expect(cost).toBeLessThan(first * 20);
  });
});
