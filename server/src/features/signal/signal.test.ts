import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { openSignal, signalSender } from '../../../test/signal.js';
import type { FakeSignal } from '../../../test/signal.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Destinations } from '../delivery/destinations.js';
import { SignalNumbers } from './signal-numbers.js';

let signal: FakeSignal;
let app: TestApp;
let ada: Viewer;
let number: string;
let made = 0;
beforeAll(async () => {
  signal = await openSignal();
  app = await createTestApp({ SIGNAL_API_URL: signal.apiUrl, SIGNAL_SENDER: signalSender });
});
beforeEach(async () => {
  signal.always = null;
  ada = await app.signedIn();
  number = `+39333${String((made += 1)).padStart(7, '0')}`;
});
afterAll(async () => {
  await app.close();
  await signal.close();
});

const shown = 'signal { number verified pendingNumber }';
const set = (typed: string | null, viewer = ada) =>
  app.graphql(
    `mutation ($number: String) { setSignalNumber(number: $number) { ${shown} } }`,
    { number: typed },
    viewer,
  );
const verify = (code: string, viewer = ada) =>
  app.graphql(
    `mutation ($code: String!) { verifySignalNumber(code: $code) { ${shown} } }`,
    { code },
    viewer,
  );
const current = async (viewer = ada) => {
  const { data } = await app.graphql(`{ me { notificationSettings { ${shown} } } }`, {}, viewer);
  return (data as { me: { notificationSettings: { signal: unknown } } }).me.notificationSettings
    .signal;
};
const run = <Row>(sql: string, parameters: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(sql, parameters));
const handed = (viewer = ada) =>
  app.unit(async () => {
    const all = await app.get(Destinations).listOpen(viewer.accountId!, 'SIGNAL');
    return all.map(({ value }) => value);
  });
const wrongFor = (code: string) => (code === '000000' ? '111111' : '000000');

describe('a Signal number', () => {
  test('gets a code in its owner’s language, and nothing else until it is typed in', async () => {
    await run(`update account set locale = 'IT' where id = $1`, [ada.accountId]);
    const { data } = await set(`${number.slice(0, 3)} ${number.slice(3, 6)}-${number.slice(6)}`);
    expect(data).toEqual({
      setSignalNumber: { signal: { number, verified: false, pendingNumber: null } },
    });
    expect(signal.messages.at(-1)).toMatchObject({ to: number });
    expect(signal.messages.at(-1)!.text).toMatch(/^Gatehouse: Il tuo codice è \d{6}\n/);
    expect(await handed()).toEqual([]);

    const code = signal.codeFor(number);
    const { data: verified } = await verify(` ${code.slice(0, 3)} ${code.slice(3)} `);
    expect(verified).toEqual({
      verifySignalNumber: { signal: { number, verified: true, pendingNumber: null } },
    });
    expect(await handed()).toEqual([{ number }]);
    const told = await run<{ details: object }>(
      `select details from activity where account_id = $1 and kind = 'channel.signal_changed'`,
      [ada.accountId],
    );
    expect(told).toEqual([{ details: { target: `+39…${number.slice(-2)}` } }]);
  });

  test('lies nowhere in the clear, nor does its code', async () => {
    await set(number);
    const code = signal.codeFor(number);
    const waiting = await run('select s::text from signal_code s');
    expect(JSON.stringify(waiting)).toContain('argon2id');
    expect(JSON.stringify(waiting)).not.toContain(code);
    await verify(code);
    const limits = await run('select l::text from rate_limit l');
    const kept = await run('select d::text from destination d');
    expect(JSON.stringify([waiting, limits, kept])).not.toContain(number.slice(3));
  });

  test('that is not verified never takes the place of the one in force', async () => {
    await set(number);
    await verify(signal.codeFor(number));
    const next = `${number.slice(0, -1)}9999`.slice(0, 15);
    const { data } = await set(next);
    const both = { number, verified: true, pendingNumber: next };
    expect(data).toEqual({ setSignalNumber: { signal: both } });
    expect(refusalOf(await verify(wrongFor(signal.codeFor(next))))).toEqual({
      code: 'INVALID_CREDENTIALS',
      field: 'code',
      issues: ['signal.wrongCode'],
    });
    expect(await handed()).toEqual([{ number }]);
    await verify(signal.codeFor(next));
    expect(await handed()).toEqual([{ number: next }]);
    expect(await current()).toEqual({ number: next, verified: true, pendingNumber: null });
  });

  test('is removed by null, with the one that waits', async () => {
    await set(number);
    await verify(signal.codeFor(number));
    await set(`${number}1`);
    expect((await set(null)).data).toEqual({ setSignalNumber: { signal: null } });
    expect(await handed()).toEqual([]);
    expect(refusalOf(await verify(signal.codeFor(`${number}1`)))?.code).toBe('INVALID_TOKEN');
  });

  test('that is in force already is not asked again, and drops what waits', async () => {
    await set(number);
    await verify(signal.codeFor(number));
    await set(`${number}1`);
    const before = signal.messages.length;
    expect((await set(number)).data).toMatchObject({
      setSignalNumber: { signal: { number, verified: true, pendingNumber: null } },
    });
    expect(signal.messages).toHaveLength(before);
  });

  test.each([
    '',
    '333 1234567',
    '+0123456789',
    '+39',
    '+39333123456789012',
    '+39 abc',
    '+39\x0031234567',
  ])('is not %j, and nobody is written to', async (typed) => {
    const before = signal.messages.length;
    const refusal = { code: 'BAD_USER_INPUT', field: 'number', issues: ['signal.numberForm'] };
    expect(refusalOf(await set(typed))).toEqual(refusal);
    expect(signal.messages).toHaveLength(before);
  });
});

describe('a code', () => {
  test('may be tried five times, by many at once too, and then not even rightly', async () => {
    await set(number);
    const code = signal.codeFor(number);
    const answers = await Promise.all(Array.from({ length: 12 }, () => verify(wrongFor(code))));
    const codes = answers.map((answer) => refusalOf(answer)?.code);
    expect(codes.filter((each) => each === 'INVALID_CREDENTIALS')).toHaveLength(5);
    expect(codes.filter((each) => each === 'INVALID_TOKEN')).toHaveLength(7);
    expect(refusalOf(await verify(code))?.code).toBe('INVALID_TOKEN');
    expect(await handed()).toEqual([]);
  });

  test('is used once, by many at once too', async () => {
    await set(number);
    const code = signal.codeFor(number);
    const answers = await Promise.all([1, 2, 3, 4].map(() => verify(code)));
    const codes = answers.map((answer) => refusalOf(answer)?.code ?? 'done').sort();
    expect(codes).toEqual(['INVALID_TOKEN', 'INVALID_TOKEN', 'INVALID_TOKEN', 'done']);
    expect(await handed()).toHaveLength(1);
  });

  test('is over after ten minutes, and swept', async () => {
    await set(number);
    const code = signal.codeFor(number);
    app.clock.advance(600_000);
    expect(refusalOf(await verify(code))?.code).toBe('INVALID_TOKEN');
    expect(await current()).toBeNull();
    await app.unit(() => app.get(SignalNumbers).sweep());
    expect(await run('select 1 from signal_code')).toEqual([]);
  });

  test('is dead once a newer one was sent', async () => {
    await set(number);
    const first = signal.codeFor(number);
    await set(number);
    const second = signal.codeFor(number);
    if (first !== second) {
      expect(refusalOf(await verify(first))?.code).toBe('INVALID_CREDENTIALS');
    }
    expect((await verify(second)).errors).toBeUndefined();
  });

  test('of somebody else is none of one’s own', async () => {
    const eve = await app.signedIn();
    await set(number);
    expect(refusalOf(await verify(signal.codeFor(number), eve))?.code).toBe('INVALID_TOKEN');
  });

  test.each(['', 'abcdef', '12345', '1234567', '９９９９９９'])('is not %j', async (typed) => {
    await set(number);
    expect(refusalOf(await verify(typed))?.code).toBe('INVALID_CREDENTIALS');
  });
});

describe('codes', () => {
  test('are three a day for an account, also to other numbers', async () => {
    for (const end of ['1', '2', '3']) expect((await set(number + end)).errors).toBeUndefined();
    const before = signal.messages.length;
    const refused = refusalOf(await set(`${number}4`));
    expect(refused).toMatchObject({
      code: 'RATE_LIMITED',
      field: 'number',
      issues: ['signal.codesADay'],
    });
    expect(refused!.retryAfter).toBeGreaterThan(86_000);
    expect(signal.messages).toHaveLength(before);
    app.clock.advance(86_400_000);
    expect((await set(`${number}4`)).errors).toBeUndefined();
  });

  test('are three a day to a number, whoever asks', async () => {
    for (let asked = 0; asked < 3; asked += 1) await set(number, await app.signedIn());
    expect(refusalOf(await set(number, await app.signedIn()))?.code).toBe('RATE_LIMITED');
  });

  test('that could not be sent are not counted, and leave what there was', async () => {
    await set(number);
    await verify(signal.codeFor(number));
    signal.always = { status: 500, body: '' };
    for (let time = 0; time < 5; time += 1) {
      expect(refusalOf(await set(`${number}1`))).toMatchObject({ code: 'UNAVAILABLE' });
    }
    expect(await current()).toEqual({ number, verified: true, pendingNumber: null });
    signal.always = null;
    expect((await set(`${number}1`)).errors).toBeUndefined();
  });

  test('go to no number that Signal does not know', async () => {
    signal.unregistered.add(number);
    const refusal = { code: 'BAD_USER_INPUT', field: 'number', issues: ['signal.unknownNumber'] };
    expect(refusalOf(await set(number))).toEqual(refusal);
    expect(await current()).toBeNull();
  });
});

test('a site without a Signal service says so, and its channels too', async () => {
  const plain = await createTestApp();
  const eve = await plain.signedIn();
  const asked = await plain.graphql(
    'mutation { setSignalNumber(number: "+393331234567") { __typename } }',
    {},
    eve,
  );
  expect(refusalOf(asked)).toEqual({ code: 'NOT_CONFIGURED', issues: ['signal.none'] });
  const { data } = await plain.graphql('{ site { channels } }');
  expect(data).toEqual({ site: { channels: ['IN_APP', 'EMAIL', 'DISCORD', 'WEBHOOK'] } });
  await plain.close();
  const here = await app.graphql('{ site { channels } }');
  expect(here.data).toMatchObject({
    site: { channels: expect.arrayContaining(['SIGNAL']) as unknown },
  });
});
