import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { gatehouse } from '../../../test/command-line.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import { newId } from '../../kernel/id.js';
import type { Viewer } from '../../kernel/access/viewer.js';

interface Row {
  readonly id: string;
  readonly status: string;
  readonly target: string;
  readonly typeTitle: string;
  readonly username: string;
  readonly reason: string | null;
  readonly attempts: number;
  readonly notification: object | null;
  readonly tries: readonly { ok: boolean; request: string | null; error: string | null }[];
}

let sink: SmtpSink;
let app: TestApp;
let bench: DeliveryBench;
let host: Viewer;
let ada: Viewer;
let bob: Viewer;
beforeAll(async () => {
  sink = await SmtpSink.open();
  app = await createTestApp({ SMTP_URL: sink.url });
  bench = new DeliveryBench(app);
});
afterAll(async () => {
  await app.close();
  await sink.close();
});
beforeEach(async () => {
  await bench.clear();
  sink.messages.length = 0;
  host = await app.signedIn({ permissions: ['admin.notifications'] });
  ada = await app.signedIn();
  bob = await app.signedIn();
  sink.refuse(`${ada.name}@example.org`);
  await bench.say('For ada', [ada]);
  await bench.say('For bob', [bob]);
  await bench.work();
});

const fields = `id status target typeTitle username reason attempts notification { title }
  tries { ok request error }`;
async function list(filter = '', viewer = host): Promise<Row[]> {
  const document = `{ admin { deliveries${filter} { nodes { ${fields} } pageInfo { hasNextPage endCursor } } } }`;
  const { data } = await app.graphql(document, {}, viewer);
  return (data as { admin: { deliveries: { nodes: Row[] } } }).admin.deliveries.nodes;
}
const again = (since: Date, viewer = host, channel: string | null = null) =>
  app.graphql(
    `mutation ($since: DateTime!, $channel: Channel) { redeliverFailed(since: $since, channel: $channel) }`,
    { since: since.toISOString(), channel },
    viewer,
  );
const redeliver = (id: string, viewer = host) =>
  app.graphql(
    'mutation ($id: ID!) { redeliver(deliveryId: $id) { id status attempts } }',
    { id },
    viewer,
  );
const log = (viewer: Viewer) =>
  bench.sql(
    `select account_id, actor, details from activity
     where kind = 'delivery.redelivered' and actor = $1 order by id`,
    [viewer.name],
  );
const before = () => new Date(app.clock.now().getTime() - 60_000);

describe('an administrator of notifications', () => {
  test('sees whose mail failed and why, and not what it said', async () => {
    const [failed] = await list('(status: FAILED)');
    expect(failed).toMatchObject({
      status: 'FAILED',
      username: ada.name,
      typeTitle: 'Messages from the administrators',
      reason: '550 5.1.1 no such mailbox',
      attempts: 1,
      notification: null,
      tries: [{ ok: false, request: null }],
    });
    expect(failed!.target).not.toContain(ada.name);
    expect(JSON.stringify(failed)).not.toContain('For ada');
  });

  test('reads in their own language of what type it was; one that was removed keeps its key', async () => {
    await bench.sql(`update delivery set type = 'shop.order' where account_id = $1`, [
      bob.accountId,
    ]);
    const rows = await list('', { ...host, locale: 'IT' });
    // Of one instant of a clock that stands still, in either order.
    expect(rows.map(({ typeTitle }) => typeTitle).sort()).toEqual([
      'Messaggi degli amministratori',
      'shop.order',
    ]);
  });

  test('finds them by status, channel, user and time', async () => {
    expect(await list()).toHaveLength(2);
    expect(await list('(status: SENT)')).toHaveLength(1);
    expect(await list('(channel: DISCORD)')).toEqual([]);
    const hers = await list(`(username: " ${ada.name.toUpperCase()} ")`);
    expect(hers.map(({ status }) => status)).toEqual(['FAILED']);
    expect(await list('(username: "nobody-of-this-name")')).toEqual([]);
    const later = new Date(app.clock.now().getTime() + 1_000).toISOString();
    expect(await list(`(since: "${later}")`)).toEqual([]);
    expect(await list(`(since: "${before().toISOString()}")`)).toHaveLength(2);
  });

  test('turns pages, each delivery once', async () => {
    const page = async (after: string) => {
      const { data } = await app.graphql(
        `{ admin { deliveries(first: 1${after}) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        {},
        host,
      );
      return (
        data as {
          admin: {
            deliveries: {
              nodes: { id: string }[];
              pageInfo: { hasNextPage: boolean; endCursor: string };
            };
          };
        }
      ).admin.deliveries;
    };
    const first = await page('');
    const second = await page(`, after: "${first.pageInfo.endCursor}"`);
    expect(first.pageInfo.hasNextPage).toBe(true);
    expect(second.pageInfo.hasNextPage).toBe(false);
    expect(new Set([...first.nodes, ...second.nodes].map(({ id }) => id)).size).toBe(2);
  });

  test('sends one again, which is in the log of whose it is', async () => {
    const [failed] = await list('(status: FAILED)');
    sink.allow(`${ada.name}@example.org`);
    expect((await redeliver(failed!.id)).data).toMatchObject({ redeliver: { status: 'PENDING' } });
    await bench.work();
    expect(sink.messages.map(({ subject }) => subject)).toContain('Gatehouse: For ada');
    expect(await log(host)).toEqual([
      {
        account_id: ada.accountId,
        actor: host.name,
        details: { channel: 'EMAIL', type: 'admin.message' },
      },
    ]);
  });

  test('sends all that failed again, no other and none from before', async () => {
    expect((await again(new Date(app.clock.now().getTime() + 1_000))).data).toEqual({
      redeliverFailed: 0,
    });
    expect((await again(before(), host, 'DISCORD')).data).toEqual({ redeliverFailed: 0 });
    sink.allow(`${ada.name}@example.org`);
    sink.messages.length = 0;
    expect((await again(before(), host, 'EMAIL')).data).toEqual({ redeliverFailed: 1 });
    expect((await again(before())).data).toEqual({ redeliverFailed: 0 });
    await bench.work();
    expect(sink.messages.map(({ subject }) => subject)).toEqual(['Gatehouse: For ada']);
    expect(await list('(status: FAILED)')).toEqual([]);
    const told = (await log(host)) as { details: { count: number } }[];
    expect(told.map(({ details }) => details.count)).toEqual([0, 0, 1, 0]);
  });
});

test('nobody else sees or repeats what is not theirs', async () => {
  const [failed] = await list('(status: FAILED)');
  const other = await app.signedIn({ permissions: ['admin.users', 'admin.audit'] });
  for (const viewer of [bob, other]) {
    const seen = await app.graphql('{ admin { deliveries { nodes { id } } } }', {}, viewer);
    expect(refusalOf(seen)?.code).toBe('FORBIDDEN');
    expect(refusalOf(await again(before(), viewer))?.code).toBe('FORBIDDEN');
    expect(refusalOf(await redeliver(failed!.id, viewer))).toEqual({
      code: 'NOT_FOUND',
      field: 'deliveryId',
    });
    expect(await log(viewer)).toEqual([]);
  }
  expect(await list('(status: FAILED)')).toHaveLength(1);
});

describe('gatehouse delivery', () => {
  test('lists what failed and why, of all or of one user', async () => {
    const { code, out } = await gatehouse(app, 'delivery list --failed');
    expect(code).toBe(0);
    expect(out).toMatch(/FAILED +EMAIL +admin\.message .*\(550 5\.1\.1 no such mailbox\)/);
    expect(out).not.toContain('For ada');
    expect((await gatehouse(app, `delivery list --failed -u ${bob.name}`)).out).toBe(
      'There are none.\n',
    );
    const json = await gatehouse(app, `delivery list -u ${ada.name} --json`);
    expect(JSON.parse(json.out)).toMatchObject([
      { userId: ada.accountId, status: 'FAILED', channel: 'EMAIL', attempts: 1 },
    ]);
  });

  test('sends one again, under the name of who typed it', async () => {
    const [failed] = await list('(status: FAILED)');
    const answer = await gatehouse(app, `delivery redeliver ${failed!.id}`);
    expect(answer).toMatchObject({ code: 0, err: '' });
    expect(answer.out).toMatch(/^EMAIL to .+ is queued again\.\n$/);
    const rows = await bench.sql(
      `select actor from activity where kind = 'delivery.redelivered' and account_id = $1`,
      [ada.accountId],
    );
    expect(rows).toEqual([{ actor: 'root (command line)' }]);
    expect((await gatehouse(app, `delivery redeliver ${failed!.id}`)).code).toBe(1);
  });

  test('and all that failed since a time, by one channel or all', async () => {
    await bench.sql('update delivery set created_at = now()');
    const run = (options: string) => gatehouse(app, `delivery ${options}`);
    expect((await run('list --failed --since 1h --channel email')).out).toContain('550 5.1.1');
    expect((await run('list --failed --channel discord')).out).toBe('There are none.\n');
    expect((await run('redeliver --failed --since 1h --channel signal')).out).toBe(
      '0 deliveries are queued again.\n',
    );
    expect((await run('redeliver --failed --since 1h')).out).toBe('1 delivery is queued again.\n');
    for (const wrong of [
      'redeliver',
      'redeliver --failed',
      'redeliver --since 1h',
      'redeliver x --failed --since 1h',
      'redeliver --failed --since soon',
      'list --channel fax',
      'list --channel in_app',
    ]) {
      expect({ wrong, ...(await run(wrong)) }).toMatchObject({ wrong, code: 1, out: '' });
    }
  });

  test.each([newId(), 'x'])('refuses what there is not: %s', async (id) => {
    const { code, err } = await gatehouse(app, `delivery redeliver ${id}`);
    expect(code).toBe(1);
    expect(err).toContain('There is no such delivery.');
  });
});

describe('a test of one’s own channel', () => {
  const send = (channel: string, viewer = bob, webhookId: string | null = null) =>
    app.graphql(
      `mutation ($channel: Channel!, $webhookId: ID) { testChannel(channel: $channel, webhookId: $webhookId) {
         channel status attempts target reason tries { ok request error } } }`,
      { channel, webhookId },
      viewer,
    );

  test('by e-mail says what the mail server really answered', async () => {
    sink.messages.length = 0;
    const { data } = await send('EMAIL');
    expect(data).toMatchObject({
      testChannel: { channel: 'EMAIL', status: 'SENT', attempts: 1, tries: [{ ok: true }] },
    });
    expect(sink.messages.map(({ envelopeTo }) => envelopeTo)).toEqual([
      [`${bob.name}@example.org`],
    ]);
    const refused = await send('EMAIL', ada);
    expect(refused.data).toMatchObject({
      testChannel: {
        status: 'FAILED',
        reason: '550 5.1.1 no such mailbox',
        tries: [{ ok: false }],
      },
    });
    expect(sink.messages).toHaveLength(1);
  });

  test('in the inbox is there at once, for nobody else and by no other way', async () => {
    sink.messages.length = 0;
    const { data } = await send('IN_APP');
    expect(data).toMatchObject({ testChannel: { channel: 'IN_APP', status: 'SENT', attempts: 1 } });
    await bench.work();
    const titles = async (viewer: Viewer) => (await bench.shown(viewer)).map(({ title }) => title);
    expect(await titles(bob)).toContain('A test from Gatehouse');
    expect(await titles(ada)).not.toContain('A test from Gatehouse');
    expect(sink.messages).toEqual([]);
  });

  test('is refused where there is nothing to test, and after ten', async () => {
    expect(refusalOf(await send('SIGNAL'))?.code).toBe('NOT_CONFIGURED');
    expect(refusalOf(await send('EMAIL', bob, newId()))).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'webhookId',
    });
    for (let n = 0; n < 9; n += 1) await send('IN_APP');
    expect(refusalOf(await send('IN_APP'))?.code).toBe('RATE_LIMITED');
    expect(refusalOf(await send('IN_APP', ada))).toBeNull();
  });
});
