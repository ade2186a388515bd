import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TestApp } from '../../../test/app.js';
import { inboxEvent, tell, watchInbox } from '../../../test/inbox.js';
import { createTestServer } from '../../../test/server.js';
import type { Subscribed, TestServer } from '../../../test/server.js';
import { openApp } from '../../app.js';
import { readConfig } from '../../config.js';
import { startEmbeddedPostgres } from '../../embedded/embedded-postgres.js';
import type { EmbeddedPostgres } from '../../embedded/embedded-postgres.js';
import { Accounts } from '../../features/account/accounts.js';
import { Sessions } from '../../features/session/sessions.js';
import { createLog } from '../../kernel/log/log.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';

const log = createLog('silent');
let dataDir: string;
let cluster: EmbeddedPostgres;
let server: TestServer;
let app: TestApp;
let ada: Viewer;
let cookie: string;

/** A cluster of its own, which may die without taking other tests with it, and loses nothing then. */
const start = () => startEmbeddedPostgres({ dataDir, log });

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-away-'));
  cluster = await start();
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0' }, { envFile: false });
  const opened = await openApp({ config, databaseUrl: cluster.url, log });
  const unit = <T>(work: () => Promise<T>) => opened.kernel.database.unitOfWork(work);
  app = { ...opened, unit } as TestApp;
  server = await createTestServer({ app });
  const person = {
    username: 'ada',
    email: 'ada@example.org',
    role: 'USER',
    permissions: [],
  } as const;
  const account = await unit(() =>
    app.get(Accounts).create(systemViewer, { ...person, permissions: [] }),
  );
  ada = { ...systemViewer, accountId: account.id };
  const origin = { address: null, userAgent: null };
  const options = { remember: true, confirmed: false };
  const opening = () => app.get(Sessions).open(account.id, 'PASSWORD', origin, options);
  cookie = (await unit(opening)).secret;
}, 60_000);
afterAll(async () => {
  await server.close();
  await app.close();
  await cluster.stop();
  await rm(dataDir, { recursive: true, force: true });
});

interface Answered {
  readonly status: number;
  readonly code: string | null;
  readonly retryAfter: string | null;
  readonly ms: number;
}

async function ask(query: string): Promise<Answered> {
  const started = performance.now();
  const { status, errors, headers } = await server.graphql(query, {}, { cookie });
  const code = errors?.[0]!.extensions.code ?? null;
  return { status, code, retryAfter: headers.get('retry-after'), ms: performance.now() - started };
}

/** Eight who read and write without a pause until told to stop. */
function load() {
  const answers: Answered[] = [];
  let over = false;
  const one = async (query: string) => {
    while (!over) answers.push(await ask(query));
  };
  const queries = ['{ me { unreadCount } }', 'mutation { markAllRead { unreadCount } }'];
  const all = Promise.all(Array.from({ length: 8 }, (_, index) => one(queries[index % 2]!)));
  return {
    answers,
    async stop() {
      over = true;
      await all;
    },
  };
}

const firstPage = async () => {
  const query = '{ me { inbox(first: 100) { position nodes { id title } } } }';
  const { data } = await server.graphql(query, {}, { cookie });
  return (data!['me'] as { inbox: { position: string; nodes: { id: string; title: string }[] } })
    .inbox;
};

/**
 * An open page: whatever ends its socket, it opens another one and goes on from where it was; told
 * to read anew, it does.
 */
async function page() {
  const inbox = await firstPage();
  const opened: Subscribed[] = [];
  const ends: number[] = [];
  let leave!: () => void;
  const left = new Promise<null>((resolve) => (leave = () => resolve(null)));
  let shown = new Map<string, string>();
  let seen = 0;
  const heard = () => opened.flatMap((each) => each.heard.map(inboxEvent));
  const all = (async () => {
    for (;;) {
      const after = heard().at(-1)?.position ?? inbox.position;
      const subscribed = server.subscribe(watchInbox, { after }, { cookie });
      opened.push(subscribed);
      const ended = await Promise.race([subscribed.ended, left]);
      if (ended === null) return subscribed.stop();
      ends.push(ended === 'completed' ? 0 : ended.code);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  })();
  return {
    /** What the page shows by now. */
    async titles() {
      for (const event of heard().slice(seen)) {
        seen++;
        if (event.__typename === 'InboxReset') {
          shown = new Map((await firstPage()).nodes.map((node) => [node.id, node.title]));
        } else if (event.__typename === 'NotificationAdded') {
          shown.set(event.notification.id, event.notification.title);
        }
      }
      return [...shown.values()];
    },
    ends,
    stop: () => (leave(), all),
  };
}

const status = async (path: string) => (await fetch(`${server.url}${path}`)).status;
const isReady = () =>
  expect.poll(() => status('/readyz'), { timeout: 20_000, interval: 100 }).toBe(200);

/** Tells Ada, trying again as long as there is no database. */
async function tellWhenBack(title: string): Promise<void> {
  await expect
    .poll(
      () =>
        tell(app, [title], ada).then(
          () => 'told',
          () => 'away',
        ),
      { timeout: 10_000 },
    )
    .toBe('told');
}

async function expectWorkerWorks(): Promise<void> {
  await app.unit(() => app.kernel.outbox.add({ name: 'session.sweep' }, {}));
  const left = () =>
    app.unit(() =>
      app.kernel.database.query(
        `select 1 from graphile_worker.jobs where task_identifier = 'session.sweep'`,
      ),
    );
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
}

function expectGraceful(answers: readonly Answered[]): void {
  const refused = answers.filter((answer) => answer.code !== null);
  expect(refused.length).toBeGreaterThan(0);
  for (const answer of refused) {
    expect(answer).toMatchObject({ status: 503, code: 'UNAVAILABLE', retryAfter: '2' });
  }
  expect(Math.max(...answers.map((answer) => answer.ms))).toBeLessThan(8_000);
}

describe('a database that dies under load', () => {
  it('is missed for a moment; then everything goes on by itself', { timeout: 60_000 }, async () => {
    const open = await page();
    const people = load();
    await tell(app, ['Before'], ada);
    await expect.poll(() => open.titles()).toContain('Before');
    process.kill(cluster.pid, 'SIGKILL');
    await expect.poll(() => people.answers.some((answer) => answer.code !== null)).toBe(true);
    await isReady();
    await tellWhenBack('After');
    await expect.poll(() => open.titles(), { timeout: 10_000 }).toContain('After');
    await tell(app, ['At last'], ada);
    await expect.poll(() => open.titles(), { timeout: 5_000 }).toContain('At last');
    await people.stop();
    await open.stop();
    expectGraceful(people.answers);
    expect(await ask('{ me { unreadCount } }')).toMatchObject({ status: 200, code: null });
    expect((await open.titles()).sort()).toEqual(['After', 'At last', 'Before']);
    // 1013 is "try again later"; any other would keep clients from coming back.
    expect(open.ends.filter((code) => code !== 1013)).toEqual([]);
    await expectWorkerWorks();
  });
});

describe('a database that is stopped for a while', () => {
  it('is said to be away within seconds, and is found again', { timeout: 60_000 }, async () => {
    const open = await page();
    await tell(app, ['Before the stop'], ada);
    await expect.poll(() => open.titles()).toContain('Before the stop');
    const people = load();
    await cluster.stop();
    const started = performance.now();
    expect(await status('/readyz')).toBe(503);
    expect(await status('/healthz')).toBe(200);
    expect(await ask('{ me { unreadCount } }')).toMatchObject({ code: 'UNAVAILABLE' });
    expect(performance.now() - started).toBeLessThan(6_000);
    const late = server.subscribe('subscription { unreadCount }', {}, { cookie });
    expect(await late.ended).toMatchObject({ code: 1013 });
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    cluster = await start();
    await isReady();
    await tellWhenBack('After the stop');
    await expect.poll(() => open.titles(), { timeout: 10_000 }).toContain('After the stop');
    await people.stop();
    await open.stop();
    expectGraceful(people.answers);
    expect(open.ends.filter((code) => code !== 1013)).toEqual([]);
    await expectWorkerWorks();
  });
});
