import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Destinations } from '../delivery/destinations.js';

let app: TestApp;
let ada: Viewer;
let resolved: string[] = ['93.184.215.14'];
beforeAll(async () => {
  app = await createTestApp({ OUTBOUND_ALLOW: '127.0.0.9' }, { resolve: async () => resolved });
});
beforeEach(async () => {
  resolved = ['93.184.215.14'];
  ada = await app.signedIn();
});
afterAll(() => app.close());

const fields = 'id url events description enabled disabledReason createdAt';
const input = { url: 'https://hooks.example.org/in?key=abcdef', events: ['*'] };
interface Made {
  readonly webhook: Record<string, unknown> & { readonly id: string };
  readonly secret: string;
}
const create = (more: object = {}, viewer = ada) =>
  app.graphql(
    `mutation ($input: WebhookInput!) { createWebhook(input: $input) { webhook { ${fields} } secret } }`,
    { input: { ...input, ...more } },
    viewer,
  );
const made = async (more: object = {}, viewer = ada): Promise<Made> => {
  const { data, errors } = await create(more, viewer);
  expect(errors).toBeUndefined();
  return (data as { createWebhook: Made }).createWebhook;
};
const update = (id: string, changes: object, viewer = ada) =>
  app.graphql(
    `mutation ($id: ID!, $input: WebhookUpdateInput!) { updateWebhook(id: $id, input: $input) { ${fields} } }`,
    { id, input: changes },
    viewer,
  );
const rotate = (id: string, viewer = ada) =>
  app.graphql(
    `mutation ($id: ID!) { rotateWebhookSecret(id: $id) { webhook { id } secret } }`,
    { id },
    viewer,
  );
const run = <Row>(sql: string, parameters: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(sql, parameters));
/** What the channel is handed. */
const handed = (id: string) =>
  app.unit(() => app.get(Destinations).open(id)) as Promise<{
    url: string;
    secrets: { secret: string; until: string | null }[];
  }>;

describe('a webhook', () => {
  test('is made with a secret that is shown once and lies sealed', async () => {
    const { webhook, secret } = await made({
      description: ' n8n ',
      events: ['admin.message', 'admin.message'],
    });
    expect(webhook).toEqual({
      id: webhook.id,
      url: input.url,
      events: ['admin.message'],
      description: 'n8n',
      enabled: true,
      disabledReason: null,
      createdAt: app.clock.now().toISOString(),
    });
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await handed(webhook.id)).toEqual({
      url: input.url,
      secrets: [{ secret, until: null }],
    });
    const rows = await run<{ row: string }>(
      `select d::text || w::text as row from destination d join webhook w on w.destination_id = d.id`,
    );
    expect(JSON.stringify(rows)).not.toContain(secret.slice(6, 30));
    expect(JSON.stringify(rows)).not.toContain('abcdef');
    expect(JSON.stringify(rows)).toContain('hooks.example.org/…');
    const told = await run<{ kind: string; details: object }>(
      'select kind, details from activity where account_id = $1 order by id desc limit 1',
      [ada.accountId],
    );
    expect(told).toEqual([
      {
        kind: 'webhook.created',
        details: { target: 'hooks.example.org/…', events: ['admin.message'] },
      },
    ]);
  });

  test('that hears everything hears `*` alone', async () => {
    const { webhook } = await made({ events: ['admin.message', '*'] });
    expect(webhook['events']).toEqual(['*']);
  });

  test('may be made switched off', async () => {
    const { webhook } = await made({ enabled: false });
    expect(webhook).toMatchObject({ enabled: false, disabledReason: null });
  });

  test('is one of twenty, of many at once too', async () => {
    for (let count = 0; count < 18; count += 1) await made();
    app.clock.advance(60_000);
    const answers = await Promise.all(Array.from({ length: 6 }, () => create()));
    const refused = answers.map((answer) => refusalOf(answer)?.code);
    expect(refused.filter((code) => code === undefined)).toHaveLength(2);
    expect(refused.filter((code) => code === 'LIMIT_REACHED')).toHaveLength(4);
  });
});

describe('a webhook is refused', () => {
  test.each([
    ['url', { url: 'https://127.0.0.1/' }, 'outbound.private'],
    ['url', { url: 'https://127.1:8443/' }, 'outbound.private'],
    ['url', { url: 'https://169.254.169.254/latest' }, 'outbound.private'],
    ['url', { url: 'https://[::ffff:10.0.0.1]/' }, 'outbound.private'],
    ['url', { url: 'https://localhost/' }, 'outbound.private'],
    ['url', { url: 'http://hooks.example.org/' }, 'outbound.plain'],
    ['url', { url: 'ftp://hooks.example.org/' }, 'form'],
    ['url', { url: 'https://ada:secret@hooks.example.org/' }, 'outbound.credentials'],
    ['url', { url: 'https://hooks.example.org:25/' }, 'outbound.port'],
    ['url', { url: 'hooks.example.org' }, 'form'],
    ['url', { url: '' }, 'form'],
    ['url', { url: `https://hooks.example.org/${'x'.repeat(2_048)}` }],
    ['events', { events: [] }],
    ['description', { description: 'x'.repeat(201) }],
    ['description', { description: 'a\0b' }],
    ['description', { description: 'two\nlines' }],
  ] as [string, object, string?][])('for its %s: %j', async (field, more, issue) => {
    const refusal = { code: 'BAD_USER_INPUT', field, ...(issue ? { issues: [issue] } : {}) };
    expect(refusalOf(await create(more))).toEqual(refusal);
    expect(await run('select 1 from destination where account_id = $1', [ada.accountId])).toEqual(
      [],
    );
  });

  test('for an event that no type has', async () => {
    for (const key of ['no.such_type', '__proto__', '', 'a\0b']) {
      expect(refusalOf(await create({ events: [key] }))).toEqual({
        code: 'NOT_FOUND',
        field: 'events',
      });
    }
  });

  test('when its name leads inside, also as a change', async () => {
    const { webhook } = await made();
    resolved = ['93.184.215.14', '10.0.0.7'];
    const refusal = { code: 'BAD_USER_INPUT', field: 'url', issues: ['outbound.private'] };
    expect(refusalOf(await create())).toEqual(refusal);
    const changed = await update(webhook.id, { url: 'https://other.example.org/' });
    expect(refusalOf(changed)).toEqual(refusal);
    expect((await handed(webhook.id)).url).toBe(input.url);
  });

  test('unless OUTBOUND_ALLOW names what it leads to, and then by http as well', async () => {
    expect((await made({ url: 'http://127.0.0.9:8123/hook' })).webhook['url']).toBe(
      'http://127.0.0.9:8123/hook',
    );
    resolved = ['127.0.0.9'];
    expect((await made({ url: 'http://receiver.lan/hook' })).webhook['enabled']).toBe(true);
    resolved = ['127.0.0.8'];
    expect(refusalOf(await create({ url: 'http://receiver.lan/hook' }))?.field).toBe('url');
  });
});

describe('a change', () => {
  test('leaves what it does not name', async () => {
    const { webhook, secret } = await made({ description: 'n8n' });
    const { data } = await update(webhook.id, { events: ['admin.message'] });
    expect(data).toEqual({ updateWebhook: { ...webhook, events: ['admin.message'] } });
    await update(webhook.id, { url: 'https://hooks.example.org/new', description: '' });
    const { data: last } = await update(webhook.id, {});
    expect(last).toMatchObject({
      updateWebhook: { url: 'https://hooks.example.org/new', description: '' },
    });
    expect((await handed(webhook.id)).secrets).toEqual([{ secret, until: null }]);
  });

  test('clears nothing', async () => {
    const { webhook } = await made();
    for (const field of ['url', 'events', 'description', 'enabled']) {
      const answer = await update(webhook.id, { [field]: null });
      expect(refusalOf(answer)).toEqual({ code: 'BAD_USER_INPUT', field });
    }
    expect((await update(webhook.id, {})).data).toEqual({ updateWebhook: webhook });
  });

  test('to on forgets why it was switched off', async () => {
    const { webhook } = await made();
    await app.unit(() => app.get(Destinations).switch(webhook.id, false, 'It is gone (410).'));
    expect((await update(webhook.id, {})).data).toMatchObject({
      updateWebhook: { enabled: false, disabledReason: 'It is gone (410).' },
    });
    expect((await update(webhook.id, { enabled: true })).data).toMatchObject({
      updateWebhook: { enabled: true, disabledReason: null },
    });
  });
});

describe('a new secret', () => {
  test('signs beside the former one for a day, which then is gone', async () => {
    const { webhook, secret } = await made();
    const { data } = await rotate(webhook.id);
    const second = (data as { rotateWebhookSecret: Made }).rotateWebhookSecret.secret;
    const until = new Date(app.clock.now().getTime() + 86_400_000).toISOString();
    expect((await handed(webhook.id)).secrets).toEqual([
      { secret: second, until: null },
      { secret, until },
    ]);
    app.clock.advance(86_400_000);
    const third = await rotate(webhook.id);
    const { secrets } = await handed(webhook.id);
    expect(secrets.map((each) => each.secret)).toEqual([
      (third.data as { rotateWebhookSecret: Made }).rotateWebhookSecret.secret,
      second,
    ]);
  });

  test('of many at once each is in force, and none is lost', async () => {
    const { webhook, secret } = await made();
    const answers = await Promise.all([1, 2, 3].map(() => rotate(webhook.id)));
    const shown = answers.map(
      ({ data }) => (data as { rotateWebhookSecret: Made }).rotateWebhookSecret.secret,
    );
    const { secrets } = await handed(webhook.id);
    expect(new Set(secrets.map((each) => each.secret))).toEqual(new Set([secret, ...shown]));
    expect(secrets.filter(({ until }) => until === null)).toHaveLength(1);
  });
});

describe('somebody else’s webhook', () => {
  test('is not there', async () => {
    const { webhook } = await made();
    const eve = await app.signedIn();
    const gone = { code: 'NOT_FOUND', field: 'id' };
    expect(refusalOf(await update(webhook.id, { enabled: false }, eve))).toEqual(gone);
    expect(refusalOf(await rotate(webhook.id, eve))).toEqual(gone);
    expect(refusalOf(await rotate('nonsense', eve))?.code).toBe('BAD_USER_INPUT');
    expect((await update(webhook.id, {})).data).toMatchObject({ updateWebhook: { enabled: true } });
  });
});

test('an account reads its webhooks, oldest first, and removes them', async () => {
  const first = await made({ description: 'one' });
  app.clock.advance(1_000);
  const second = await made({ description: 'two' });
  const list = async (viewer = ada) => {
    const { data } = await app.graphql(
      `{ me { notificationSettings { webhooks { ${fields} } } } }`,
      {},
      viewer,
    );
    return (data as { me: { notificationSettings: { webhooks: unknown[] } } }).me
      .notificationSettings.webhooks;
  };
  expect(await list()).toEqual([first.webhook, second.webhook]);
  const remove = (id: string, viewer = ada) =>
    app.graphql(
      `mutation ($id: ID!) { removeWebhook(id: $id) { webhooks { id } } }`,
      { id },
      viewer,
    );
  const eve = await app.signedIn();
  expect(await list(eve)).toEqual([]);
  expect(refusalOf(await remove(first.webhook.id, eve))?.code).toBe('NOT_FOUND');
  const { data } = await remove(first.webhook.id);
  expect(data).toEqual({ removeWebhook: { webhooks: [{ id: second.webhook.id }] } });
  expect(refusalOf(await remove(first.webhook.id))?.code).toBe('NOT_FOUND');
});
