import { readFileSync } from 'node:fs';
import { parse } from 'graphql';
import type { ExecutionResult } from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tell } from '../../../../test/inbox.js';
import { acknowledged, speak } from '../../../../test/raw-socket.js';
import { createTestServer } from '../../../../test/server.js';
import type { Subscribed, TestServer } from '../../../../test/server.js';
import { InboxFeed } from '../../../features/inbox/inbox-feed.js';
import { Notices } from '../../../features/notification/notices.js';
import type { Locale, Viewer } from '../../../kernel/access/viewer.js';
import { SharedAnswers, SharedDocuments } from './shared-answers.js';

let server: TestServer;
beforeAll(async () => {
  server = await createTestServer();
});
afterAll(() => server.close());

const query = (sql: string, values: readonly unknown[]) =>
  server.app.unit(() => server.app.kernel.database.query(sql, values));

async function person(locale: Locale, unread: number): Promise<Viewer> {
  const viewer = await server.app.signedIn();
  await query('update account set locale = $2 where id = $1', [viewer.accountId, locale]);
  await tell(
    server.app,
    Array.from({ length: unread }, (_, index) => `Before ${index}`),
    viewer,
  );
  return viewer;
}

const position = async (viewer: Viewer) => {
  const { data } = await server.app.graphql('{ me { inbox { position } } }', {}, viewer);
  return (data!['me'] as { inbox: { position: string } }).inbox.position;
};

const announce = (to: readonly Viewer[]) =>
  server.app.unit(() =>
    server.app.get(Notices).send({
      type: 'admin.message',
      texts: { EN: { title: 'Closed', body: '' }, IT: { title: 'Chiuso', body: '' } },
      audience: { accountIds: to.map((viewer) => viewer.accountId!) },
    }),
  );

/** Subscribed, and heard of by the server: what comes next they hear at once. */
async function listening(people: readonly Viewer[], fields: string): Promise<Subscribed[]> {
  const sockets = [];
  for (const viewer of people) {
    const after = await position(viewer);
    const cookie = server.app.secretOf(viewer);
    sockets.push(server.subscribe(added(fields), { after }, { cookie }));
  }
  await announce(people);
  for (const socket of sockets) await socket.next();
  return sockets;
}

const added = (fields: string) => `subscription ($after: String) { inbox(after: $after) {
  ... on NotificationAdded { unreadCount notification { title ${fields} } } } }`;

const english = { title: 'Closed' };
const italian = { title: 'Chiuso' };

describe('people who are told of one message', () => {
  const everybody: [Locale, number][] = [
    ['EN', 0],
    ['IT', 0],
    ['EN', 2],
    ['IT', 2],
    ['EN', 0],
  ];

  it('hear it in their own language and with their own count', async () => {
    const people = await Promise.all(everybody.map((one) => person(...one)));
    const sockets = await listening(people, '');
    await announce(people);
    expect(await Promise.all(sockets.map(async (socket) => (await socket.next()).data))).toEqual([
      { inbox: { unreadCount: 2, notification: english } },
      { inbox: { unreadCount: 2, notification: italian } },
      { inbox: { unreadCount: 4, notification: english } },
      { inbox: { unreadCount: 4, notification: italian } },
      { inbox: { unreadCount: 2, notification: english } },
    ]);
  });

  it('are each asked about where it went', async () => {
    const people = [await person('EN', 0), await person('EN', 0)];
    // Only one of them has it off by mail.
    await query(`insert into preference values ($1, 'admin.message', 'EMAIL', false)`, [
      people[0]!.accountId,
    ]);
    const sockets = await listening(people, 'deliveries { channel status }');
    await announce(people);
    const heard = await Promise.all(sockets.map(async (socket) => (await socket.next()).data));
    const off = { channel: 'EMAIL', status: 'SUPPRESSED' };
    const channels = heard.map((data) => {
      const { notification } = data!['inbox'] as { notification: { deliveries: object[] } };
      return notification.deliveries;
    });
    expect(channels[0]).toContainEqual(off);
    expect(channels[1]).not.toContainEqual(off);
  });

  it('hear nothing when their session is gone, though nobody has said so', async () => {
    const [gone, stays] = [await person('EN', 0), await person('EN', 0)];
    const [lost, kept] = await listening([gone, stays], '');
    await query('delete from session where id = $1', [gone.credentialId]);
    await announce([gone, stays]);
    expect(await kept!.next()).toMatchObject({ data: { inbox: { unreadCount: 2 } } });
    expect(await lost!.ended).toMatchObject({ code: 4401 });
    expect(lost!.heard).toHaveLength(1);
  });

  it('get it under the name they gave to their subscription', async () => {
    const viewer = await person('EN', 0);
    const socket = speak(server.socket({ cookie: server.app.secretOf(viewer) }));
    await socket.hear(acknowledged);
    const name = '"},\\ü\n';
    const one = added('again: title ...More').replace('inbox(', 'mine: inbox(');
    socket.subscribe(name, `${one} fragment More on Notification { severity readAt __typename }`, {
      after: await position(viewer),
    });
    await announce([viewer]);
    expect(await socket.hear((message) => message.type === 'next')).toEqual({
      id: name,
      type: 'next',
      payload: {
        data: {
          mine: {
            unreadCount: 1,
            notification: {
              ...english,
              again: 'Closed',
              severity: 'INFO',
              readAt: null,
              __typename: 'Notification',
            },
          },
        },
      },
    });
    socket.wire.terminate();
  });

  it('are handed one object when they have as many unread, and another when not', async () => {
    const people = await Promise.all(everybody.map((one) => person(...one)));
    const starts = await Promise.all(people.map(position));
    const feed = server.app.get(InboxFeed);
    await announce(people);
    const events = await server.app.unit(() =>
      Promise.all(
        people.map(async (viewer, index) => {
          const stream = await feed.events(viewer, starts[index]!);
          const next = await stream.next();
          await stream.return();
          return next.value as object;
        }),
      ),
    );
    expect(new Set(events).size).toBe(2);
    expect(events[1]).toBe(events[0]);
    expect(events[4]).toBe(events[0]);
    expect(events[3]).toBe(events[2]);
  });
});

describe('an answer', () => {
  const viewerOf = (locale: Locale) => ({ locale }) as Viewer;
  const counting = (result: ExecutionResult) => {
    let made = 0;
    const make = () => {
      made += 1;
      return Promise.resolve(result);
    };
    return { make, made: () => made };
  };

  it('is made once for each event and what it depends on', async () => {
    const shared = new SharedAnswers(({ locale }) => locale);
    const { make, made } = counting({ data: { title: 'Hello' } });
    const [one, two] = [{}, {}];
    const ask = (event: object, locale: Locale) => shared.answer(event, viewerOf(locale), make);
    const first = [ask(one, 'EN'), ask(one, 'IT'), ask(one, 'EN'), ask(two, 'EN')];
    expect(made()).toBe(3);
    for (const text of await Promise.all(first)) expect(text).toBe('{"data":{"title":"Hello"}}');
    await ask(one, 'EN');
    expect(made()).toBe(3);
  });

  it('with errors is nobody else’s', async () => {
    const shared = new SharedAnswers(({ locale }) => locale);
    const { make } = counting({ errors: [new Error('no') as never] });
    expect(await shared.answer({}, viewerOf('EN'), make)).toBeNull();
  });
});

describe('a document has answers to share', () => {
  const isShared = (text: string) =>
    new SharedDocuments(server.app.schema()).of(parse(text)) !== null;
  const client = (file: string) =>
    readFileSync(
      new URL(`../../../../../client/src/lib/connection/${file}`, import.meta.url),
      'utf8',
    );

  it('as the client’s own has', () => {
    const fragments = client('cache/inbox-cache.graphql')
      .split(/(?=^fragment )/m)
      .filter((part) => /^fragment Notification/.test(part));
    expect(isShared([client('live.graphql'), ...fragments].join('\n'))).toBe(true);
  });

  it.each([
    ['it leaves out by a literal', added('type @skip(if: true)'), true],
    [
      'it leaves out by a variable',
      added('type @skip(if: $no)').replace('($', '($no: Boolean!, $'),
      false,
    ],
    [
      'it leaves out its root by a variable',
      added('').replace(') {', ') @include(if: $yes) {'),
      false,
    ],
    [
      'a fragment asks for what has a resolver',
      `${added('...On')} fragment On on Notification { deliveries { id } }`,
      false,
    ],
    ['its field says nothing of what it depends on', 'subscription { limits { key } }', false],
    ['it is a number', 'subscription { unreadCount }', false],
    [
      'it holds several operations',
      `${added('').replace('(', 'A(')} subscription B { unreadCount }`,
      false,
    ],
  ])('when %s: %s → %s', (_name, text, expected) => {
    expect(isShared(text)).toBe(expected);
  });
});
