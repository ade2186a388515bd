import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { KnownTypes } from './known-types.js';
import { Notices } from './notices.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const sql = <Row = Record<string, unknown>>(text: string) =>
  app.unit(() => app.kernel.database.query<Row>(text));

it.each([1, 2, 3, 4, 5, 6])(
  'five people told in batches of %i are told once each, but those who do not want it',
  async (batch) => {
    await sql('delete from account');
    await sql('delete from message');
    for (let person = 0; person < 5; person++) await app.signedIn();
    await app.signedIn({ role: 'ADMIN' });
    await sql(
      `insert into preference (account_id, type, channel, enabled)
       select id, 'admin.message', 'IN_APP', false from account where role = 'USER'
       order by id offset 2 limit 1`,
    );
    const notices = new Notices(app.kernel, app.get(KnownTypes), batch);
    const send = () =>
      notices.send({
        type: 'admin.message',
        texts: { EN: { title: 'Hello', body: '' } },
        audience: { role: 'USER' },
      });
    const { messageId, recipients } = await app.unit(send);
    expect(recipients).toBe(5);
    expect(await sql('select id, recipients from message')).toEqual([
      { id: messageId, recipients: 5 },
    ]);
    const [told] = await sql(
      `select count(*)::int as rows, count(distinct account_id)::int as people,
         count(distinct arrived)::int as times from notification join account on id = account_id
       where role = 'USER'`,
    );
    expect(told).toEqual({ rows: 4, people: 4, times: 1 });
    expect(await sql('select 1 from notification')).toHaveLength(4);
  },
);
