import { randomBytes } from 'node:crypto';
import { runMigrations, runOnce } from 'graphile-worker';
import pg from 'pg';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  vi,
} from 'vitest';
import { SmtpSink } from '../../../test/smtp-sink.js';
import { welcomeMail } from '../../features/user/welcome-mail.js';
import { SettableClock } from '../../kernel/clock.js';
import { Sealer } from '../../kernel/crypto/seal.js';
import { Database } from '../../kernel/database/database.js';
import { Events, on } from '../../kernel/outbox/events.js';
import { createLog } from '../../kernel/log/log.js';
import { Mailer, mailRefused } from '../../kernel/outbox/mail.js';
import type { Mail, MailLocale } from '../../kernel/outbox/mail.js';
import { Outbox } from '../../kernel/outbox/outbox.js';
import { queueLogger } from '../../kernel/log/queue-log.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import { mailJob } from './mail-job.js';
import { SmtpTransport } from './transport/smtp-transport.js';

const publicUrl = 'https://accounts.example.org';
const settings = {
  siteName: 'Gatehouse',
  publicUrl,
  senders: {
    notifications: { address: 'notifications@accounts.example.org' },
    security: { address: 'security@accounts.example.org' },
  },
};
const name = `mail_${randomBytes(6).toString('hex')}`;
const clock = new SettableClock(new Date('2026-11-24T13:05:00Z'));
const silent = createLog('silent');

let database: Database;
let outbox: Outbox;
let sink: SmtpSink;
let transport: SmtpTransport;
let logged: string;
let refused: unknown[];
let jobs: Job[];
let mailer: Mailer;

async function asSuperuser(sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: inject('testDatabaseUrl') });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

beforeAll(async () => {
  await asSuperuser(`create database ${name}`);
  const url = new URL(inject('testDatabaseUrl'));
  url.pathname = `/${name}`;
  database = await Database.open({ url: url.href, entities: [], log: silent });
  outbox = new Outbox(database);
  await runMigrations({ connectionString: url.href, logger: queueLogger(silent) });
});
afterAll(async () => {
  await database.close();
  await asSuperuser(`drop database ${name} with (force)`);
});

beforeEach(async () => {
  sink = await SmtpSink.open();
  transport = new SmtpTransport(sink.url);
  logged = '';
  refused = [];
  const log = createLog('info', { write: (line) => void (logged += line) });
  const events = new Events(outbox);
  events.register([on(mailRefused, 'test', (event) => Promise.resolve(void refused.push(event)))]);
  const sealer = new Sealer([randomBytes(32)]);
  jobs = [mailJob({ settings, transport, sealer, events, log }), ...events.jobs()];
  mailer = new Mailer({ outbox, sealer, clock, publicUrl });
});
afterEach(async () => {
  await transport.close();
  await sink.close();
  await inUnit(() => database.query('delete from graphile_worker._private_jobs'));
});

const inUnit = <T>(work: () => Promise<T>) => database.unitOfWork(work);
const waiting = () =>
  inUnit(() =>
    database.query<{ payload: object; attempts: number; locked_at: Date | null }>(
      'select * from graphile_worker._private_jobs',
    ),
  );

/** Works everything that waits, as the worker does, without sitting out the pauses. */
async function work(): Promise<void> {
  await inUnit(() => database.query('update graphile_worker._private_jobs set run_at = now()'));
  const tasks = jobs.map((job) => [job.name, (payload: unknown) => inUnit(() => job.run(payload))]);
  await runOnce({
    connectionString: database.url,
    taskList: Object.fromEntries(tasks) as Record<string, (payload: unknown) => Promise<void>>,
    logger: queueLogger(silent),
    noHandleSignals: true,
  });
  // The queue answers before it has noted the end of the last job.
  await vi.waitFor(async () =>
    expect((await waiting()).filter((job) => job.locked_at !== null)).toEqual([]),
  );
}

const token = 'Zk3v9QmT1xY7bN0cPq5sVw2uRj8hLd4gAe6fKiOoXyE';
const link = `${publicUrl}/welcome?token=${token}`;
const welcome = (locale: MailLocale = 'EN', timeZone = 'Europe/London'): Mail =>
  welcomeMail({
    siteName: 'Gatehouse',
    username: 'ada',
    address: 'ada@example.org',
    link,
    expiresAt: new Date('2026-12-01T13:05:00Z'),
    locale,
    timeZone,
  });
const queue = (mail: Mail) => inUnit(() => database.transaction(() => mailer.queue(mail)));

describe('a welcome mail', () => {
  it('arrives with its link in both bodies, once, dated when it was queued', async () => {
    const mail = welcome();
    await queue(mail);
    clock.advance(3_600_000);
    await work();
    expect(await waiting()).toEqual([]);
    expect(sink.messages).toHaveLength(1);
    const [came] = sink.messages;
    expect(came).toMatchObject({
      envelopeTo: ['ada@example.org'],
      envelopeFrom: 'notifications@accounts.example.org',
      messageId: `<${mail.id}@accounts.example.org>`,
      date: '2026-11-24T13:05:00.000Z',
      subject: 'Gatehouse: choose a password for your new account',
    });
    expect(came?.text).toContain(`\nChoose a password:\n${link}\n`);
    expect(came?.text).toContain('Username: ada\n');
    expect(came?.html).toContain(`href="${link}"`);
  });

  it.each([
    ['EN', 'Europe/London', 'Link valid until: Tuesday, 1 December 2026 at 13:05 GMT\n'],
    ['IT', 'Europe/Rome', 'Link valido fino a: martedì 1 dicembre 2026 alle ore 14:05 CET\n'],
    ['IT', 'Pacific/Auckland', 'mercoledì 2 dicembre 2026 alle ore 02:05'],
  ] as const)('says in %s and the time of %s until when', async (locale, zone, said) => {
    await queue(welcome(locale, zone));
    await work();
    expect(sink.messages[0]?.text).toContain(said);
  });

  it('shows neither its link nor its recipient in the queue or the log', async () => {
    await queue(welcome());
    const queued = JSON.stringify(await waiting());
    await work();
    expect(sink.messages).toHaveLength(1);
    expect(logged).toContain('mail sent');
    for (const secret of [token, 'ada@example.org', 'welcome?token']) {
      expect(queued + logged).not.toContain(secret);
    }
  });
});

describe('a queued mail', () => {
  it('is never sent for what was rolled back', async () => {
    const rolledBack = inUnit(() =>
      database.transaction(async () => {
        await mailer.queue(welcome());
        throw new Error('changed my mind');
      }),
    );
    await expect(rolledBack).rejects.toThrow('changed my mind');
    expect(await waiting()).toEqual([]);
  });

  it('is sent once when the same one was queued twice', async () => {
    const mail = welcome();
    await queue(mail);
    await queue(mail);
    await work();
    expect(sink.messages).toHaveLength(1);
  });

  it('waits while the server is busy, and keeps its Message-ID', async () => {
    const mail = welcome();
    await queue(mail);
    sink.script({ code: 451, text: '4.3.0 busy' }, { code: 451, text: '4.3.0 busy' });
    await work();
    await work();
    expect(await waiting()).toMatchObject([{ attempts: 2 }]);
    await work();
    expect(await waiting()).toEqual([]);
    expect(sink.messages.map((came) => came.messageId)).toEqual([
      `<${mail.id}@accounts.example.org>`,
    ]);
    expect(refused).toEqual([]);
  });

  it('is given up when it is refused for good, and whoever listens hears of it', async () => {
    const mail = welcome();
    await queue(mail);
    sink.refuse('ada@example.org');
    await work();
    await work();
    expect(await waiting()).toEqual([]);
    expect(sink.messages).toEqual([]);
    const response = '550 5.1.1 no such mailbox';
    expect(refused).toEqual([{ id: mail.id, kind: 'welcome', response }]);
    expect(logged).toContain('mail refused for good');
  });

  it('waits when SECRET_KEY is not the one that sealed it', async () => {
    const other = new Mailer({ outbox, sealer: new Sealer([randomBytes(32)]), clock, publicUrl });
    await inUnit(() => other.queue(welcome()));
    await work();
    expect(await waiting()).toMatchObject([{ attempts: 1 }]);
    expect(sink.messages).toEqual([]);
  });

  it('cannot lead to another site', async () => {
    const links = [
      `${publicUrl}.evil.example/`,
      'javascript:alert(1)',
      'http://accounts.example.org/',
    ];
    for (const url of links) {
      const mail = { ...welcome(), blocks: [{ kind: 'link' as const, label: 'Open', url }] };
      await expect(queue(mail)).rejects.toThrow('links to another site');
    }
    expect(await waiting()).toEqual([]);
  });

  it('cannot have an id that is no part of a Message-ID or a file name', async () => {
    for (const id of ['', '../../evil', 'a b', 'a\r\nBcc: eve@evil.example', 'x'.repeat(65)]) {
      await expect(queue({ ...welcome(), id })).rejects.toThrow('malformed id');
    }
  });
});
