import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { DeliveryBench } from '../../../test/delivery.js';
import { openReceiver } from '../../../test/receiver.js';
import type { Receiver } from '../../../test/receiver.js';
import { SmtpSink } from '../../../test/smtp-sink.js';
import type { Viewer } from '../../kernel/access/viewer.js';

let sink: SmtpSink;
let receiver: Receiver;
let app: TestApp;
let bench: DeliveryBench;
let host: Viewer;
let ada: Viewer;
beforeAll(async () => {
  sink = await SmtpSink.open();
  receiver = await openReceiver();
  app = await createTestApp({ SMTP_URL: sink.url, OUTBOUND_ALLOW: '127.0.0.1' });
  bench = new DeliveryBench(app);
  host = await app.signedIn({ permissions: ['admin.notifications'] });
});
beforeEach(async () => {
  sink.messages.length = 0;
  await bench.clear();
  await bench.sql('delete from notification_type');
  ada = await app.signedIn();
});
afterAll(async () => {
  await app.close();
  await receiver.close();
  await sink.close();
});

const own = {
  key: 'backup.failed',
  category: 'backup',
  title: 'Backup failed',
  description: 'A backup did not come to its end.',
  texts: [
    { locale: 'EN', title: 'Backup of {host} failed', body: 'At {constructor} {hour}' },
    { locale: 'IT', title: 'Il backup di {host} non è riuscito', body: '' },
  ],
};
const put = (input: object = own, viewer = host) =>
  app.graphql(
    `mutation ($input: NotificationTypeInput!) { putNotificationType(input: $input) {
       key builtIn defaultChannels texts { locale title body } } }`,
    { input },
    viewer,
  );
const remove = (viewer = host) =>
  app.graphql('mutation { removeNotificationType(key: "backup.failed") }', {}, viewer);
const emit = (data: object, key = JSON.stringify(data)) =>
  app.graphql(
    'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { recipients } }',
    { input: { key, type: own.key, username: ada.name, data } },
    host,
  );
const list = (viewer = host) =>
  app.graphql(
    '{ admin { notificationTypes { key category title builtIn texts { locale title } } } }',
    {},
    viewer,
  );
interface Listed {
  readonly key: string;
  readonly builtIn: boolean;
  readonly texts: readonly object[];
}
const listed = async () =>
  ((await list()).data as { admin: { notificationTypes: Listed[] } }).admin.notificationTypes;
const inbox = async () => {
  const { data } = await app.graphql('{ me { inbox { nodes { title body } } } }', {}, ada);
  return (data as { me: { inbox: { nodes: { title: string }[] } } }).me.inbox.nodes;
};

describe('a type of one’s own', () => {
  test('is added, told with the values of its event, and taken away; built-in ones are not', async () => {
    expect((await put()).data).toEqual({
      putNotificationType: {
        key: 'backup.failed',
        builtIn: false,
        defaultChannels: ['IN_APP'],
        texts: own.texts,
      },
    });
    expect(refusalOf(await emit({ host: 'box' }))).toMatchObject({ field: 'data' });
    await emit({ host: '<box> {hour}', hour: 3, constructor: 'x' });
    expect(await inbox()).toEqual([{ title: 'Backup of <box> {hour} failed', body: 'At x 3' }]);
    for (const key of ['admin.message', 'delivery.failing']) {
      expect(refusalOf(await put({ ...own, key }))).toMatchObject({
        code: 'FORBIDDEN',
        field: 'key',
      });
    }
    expect((await remove()).data).toEqual({ removeNotificationType: true });
    expect(refusalOf(await remove())).toMatchObject({ code: 'NOT_FOUND', field: 'key' });
  });

  test('stands in the list with its texts, beside the built-in ones, which give none', async () => {
    await put();
    const all = await listed();
    expect(all.find(({ key }) => key === own.key)).toEqual({
      key: own.key,
      category: 'backup',
      title: 'Backup failed',
      builtIn: false,
      texts: own.texts.map(({ locale, title }) => ({ locale, title })),
    });
    const builtIn = all.filter(({ builtIn }) => builtIn);
    expect(builtIn.length).toBeGreaterThan(14);
    expect(builtIn.flatMap(({ texts }) => texts)).toEqual([]);
  });

  test('is changed as a whole: what is left out is the default again', async () => {
    await put({ ...own, severity: 'CRITICAL', defaultChannels: ['IN_APP', 'EMAIL'] });
    await put({ ...own, texts: [] });
    expect((await listed()).find(({ key }) => key === own.key)!.texts).toEqual([]);
    expect(refusalOf(await emit({ host: 'box' }))).toMatchObject({ field: 'title' });
  });

  test('is for those with the permission', async () => {
    const other = await app.signedIn({ permissions: ['admin.users'] });
    for (const viewer of [ada, other]) {
      for (const answer of [put(own, viewer), remove(viewer), list(viewer)]) {
        expect(refusalOf(await answer)?.code).toBe('FORBIDDEN');
      }
    }
  });
});

describe('when a type is taken away', () => {
  test('what was told of it stays in the inbox', async () => {
    await put();
    await emit({ host: 'box', hour: 3, constructor: 'x' });
    await remove();
    expect(await inbox()).toEqual([{ title: 'Backup of box failed', body: 'At x 3' }]);
  });

  test('what was held of a burst still leaves, called by its key', async () => {
    await put({ ...own, defaultChannels: ['IN_APP', 'EMAIL'] });
    for (const hour of [11, 12, 13]) await emit({ host: 'box', hour, constructor: 'x' });
    await bench.work();
    expect(sink.messages).toHaveLength(1);
    await remove();
    app.clock.advance(61_000);
    await bench.work();
    expect(sink.messages).toHaveLength(2);
    expect(sink.messages[1]!.subject).toContain('backup.failed');
    expect(sink.messages[1]!.text).toContain('• Backup of box failed\n• Backup of box failed');
    expect((await bench.rows()).map(({ status }) => status)).not.toContain('RETRYING');
  });

  test('a webhook that named it can still be changed, and it can be dropped', async () => {
    await put();
    const made = await app.graphql(
      'mutation ($input: WebhookInput!) { createWebhook(input: $input) { webhook { id } } }',
      { input: { url: receiver.url, events: [own.key, 'admin.message'] } },
      ada,
    );
    const { id } = (made.data as { createWebhook: { webhook: { id: string } } }).createWebhook
      .webhook;
    await remove();
    const update = (events: string[]) =>
      app.graphql(
        'mutation ($id: ID!, $input: WebhookUpdateInput!) { updateWebhook(id: $id, input: $input) { events } }',
        { id, input: { events, description: 'box' } },
        ada,
      );
    expect((await update([own.key, 'domain.created'])).data).toEqual({
      updateWebhook: { events: [own.key, 'domain.created'] },
    });
    expect((await update(['domain.created'])).data).toEqual({
      updateWebhook: { events: ['domain.created'] },
    });
    expect(refusalOf(await update([own.key]))).toMatchObject({
      code: 'NOT_FOUND',
      field: 'events',
    });
  });
});
