import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, refusalOf } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { authenticatorOf, challengeFor, enrol, now } from '../../../test/second-factor.js';
import type { Authenticator } from '../../../test/second-factor.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Confirmations } from '../confirm/confirmations.js';
import { SecondSteps } from './second-steps.js';
import type { SecondStepInput } from './second-steps.js';

const step = 30_000;
const browser = 'the browser of this test';

let app: TestApp;
let second: SecondApp;
let ada: Viewer;
let authenticator: Authenticator;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
});
beforeEach(async () => {
  ada = await app.signedIn();
  authenticator = await enrol(app, ada);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

const times = (count: number) => Array.from({ length: count }, (_, n) => n);
const challenge = () => challengeFor(app, ada.name, goodPassword);
const house = (n: number) => (n % 2 === 0 ? app : second);
const complete = (input: SecondStepInput, n = 0) =>
  codeOf(house(n).unit(() => house(n).get(SecondSteps).complete(nobody, input, browser)));
const confirm = (totpCode: string, n = 0) =>
  codeOf(
    house(n).unit(() =>
      house(n)
        .get(Confirmations)
        .confirm(ada, { totpCode }, () => browser),
    ),
  );
const sessions = () =>
  app.unit(() =>
    app.kernel.database.query('select 1 from session where account_id = $1', [ada.accountId]),
  );
const counted = (answers: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
};

describe('fifty at once on two servers', () => {
  test('with one challenge and its code open one session', async () => {
    const input = { challenge: await challenge(), totpCode: authenticator.code() };
    const counts = counted(await Promise.all(times(50).map((n) => complete(input, n))));
    expect(counts['done']).toBe(1);
    expect((counts['INVALID_TOKEN'] ?? 0) + (counts['INVALID_CREDENTIALS'] ?? 0)).toBe(49);
    expect(await sessions()).toHaveLength(2);
  });

  test('with one code and a challenge each open one session', async () => {
    const inputs = [];
    for (const _ of times(50)) {
      inputs.push({ challenge: await challenge(), totpCode: authenticator.code() });
    }
    const counts = counted(await Promise.all(inputs.map((input, n) => complete(input, n))));
    expect(counts['done']).toBe(1);
    expect((counts['INVALID_CREDENTIALS'] ?? 0) + (counts['RATE_LIMITED'] ?? 0)).toBe(49);
    expect(await sessions()).toHaveLength(2);
  });

  test('with one recovery code and a challenge each open one session', async () => {
    const recoveryCode = authenticator.recoveryCodes[4]!;
    const inputs = [];
    for (const _ of times(50)) inputs.push({ challenge: await challenge(), recoveryCode });
    const counts = counted(await Promise.all(inputs.map((input, n) => complete(input, n))));
    expect(counts['done']).toBe(1);
    expect((counts['INVALID_CREDENTIALS'] ?? 0) + (counts['RATE_LIMITED'] ?? 0)).toBe(49);
    expect(await sessions()).toHaveLength(2);
  });

  test('signing in and confirming with one code: one of them does', async () => {
    const open = await challenge();
    const totpCode = authenticator.code();
    const answers = await Promise.all(
      times(50).map((n) =>
        n % 4 < 2 ? complete({ challenge: open, totpCode }, n) : confirm(totpCode, n),
      ),
    );
    expect(counted(answers)['done']).toBe(1);
  });
});

describe('a code that was used', () => {
  test('at confirming an identity does not sign in, and the try is in the log', async () => {
    const totpCode = authenticator.code();
    expect(await confirm(totpCode)).toBe('done');
    expect(await complete({ challenge: await challenge(), totpCode })).toBe('INVALID_CREDENTIALS');
    const tries = await app.unit(() =>
      app.kernel.database.query(
        `select details from activity where account_id = $1 and kind = 'second_factor.failed'`,
        [ada.accountId],
      ),
    );
    expect(tries).toEqual([{ details: { method: 'TOTP' } }]);
  });

  test('at signing in confirms no identity, on the other server neither', async () => {
    const totpCode = authenticator.code();
    expect(await complete({ challenge: await challenge(), totpCode })).toBe('done');
    expect(await confirm(totpCode, 1)).toBe('INVALID_CREDENTIALS');
    expect(await confirm(authenticator.code(1), 1)).toBe('done');
    // An older one that was never used is over as well.
    app.clock.advance(step);
    expect(await confirm(totpCode)).toBe('INVALID_CREDENTIALS');
  });

  test('was used of its own secret only: the next authenticator begins anew', async () => {
    await app.graphql(
      'mutation ($code: String!) { confirmIdentity(input: { totpCode: $code }) { confirmedUntil } }',
      { code: authenticator.code(1) },
      await now(app, ada),
    );
    const viewer = await now(app, ada);
    const start = await app.graphql('mutation { startTotp { secret } }', {}, viewer);
    const next = authenticatorOf(app, (start.data!['startTotp'] as { secret: string }).secret);
    const document = 'mutation ($code: String!) { confirmTotp(code: $code) { codes } }';
    const answer = await app.graphql(document, { code: next.code(-1) }, viewer);
    expect(refusalOf(answer)).toBeNull();
    expect(await confirm(next.code(-1))).toBe('INVALID_CREDENTIALS');
    expect(await confirm(next.code())).toBe('done');
  });
});

describe('tries of a second factor', () => {
  test('are five for a challenge, of whatever kind; then it is spent', async () => {
    const open = await challenge();
    const wrong = { challenge: open, totpCode: authenticator.wrong() };
    const other = { challenge: open, recoveryCode: '0000-0000-0000-0000' };
    for (const input of [wrong, other, wrong, other, wrong]) {
      expect(await complete(input)).toBe('INVALID_CREDENTIALS');
    }
    const right = { challenge: open, totpCode: authenticator.code() };
    expect(await complete(right)).toBe('INVALID_TOKEN');
    expect(await complete({ ...right, challenge: await challenge() })).toBe('done');
  });

  test('fifty wrong ones at once: five are checked', async () => {
    const input = { challenge: await challenge(), totpCode: authenticator.wrong() };
    const counts = counted(await Promise.all(times(50).map((n) => complete(input, n))));
    expect(counts).toEqual({ INVALID_CREDENTIALS: 5, INVALID_TOKEN: 45 });
  });

  test('are ten for an account in fifteen minutes, wherever they are typed', async () => {
    const wrong = authenticator.wrong();
    await app.graphql(
      'mutation ($code: String!) { confirmIdentity(input: { totpCode: $code }) { confirmedUntil } }',
      { code: authenticator.code() },
      await now(app, ada),
    );
    const viewer = await now(app, ada);
    await app.graphql('mutation { startTotp { secret } }', {}, viewer);
    const document = 'mutation ($code: String!) { confirmTotp(code: $code) { codes } }';
    for (const _ of times(3)) {
      expect(refusalOf(await app.graphql(document, { code: wrong }, viewer))?.code).toBe(
        'INVALID_CREDENTIALS',
      );
      expect(await confirm(wrong, 1)).toBe('INVALID_CREDENTIALS');
      const recoveryCode = '0000-0000-0000-0000';
      expect(await complete({ challenge: await challenge(), recoveryCode }, 1)).toBe(
        'INVALID_CREDENTIALS',
      );
    }
    const open = await challenge();
    expect(await complete({ challenge: open, totpCode: wrong })).toBe('INVALID_CREDENTIALS');

    const right = authenticator.code(1);
    expect(await complete({ challenge: open, totpCode: right })).toBe('RATE_LIMITED');
    expect(await complete({ challenge: open, totpCode: wrong }, 1)).toBe('RATE_LIMITED');
    expect(await confirm(right)).toBe('RATE_LIMITED');
    const limited = await app.graphql(document, { code: right }, viewer);
    expect(refusalOf(limited)).toEqual({ code: 'RATE_LIMITED', retryAfter: 900 });

    app.clock.advance(900_000);
    const later = { challenge: await challenge(), totpCode: authenticator.code() };
    expect(await complete(later)).toBe('done');
  });

  test('that wait cost the challenge nothing', async () => {
    for (const _ of times(10)) await confirm(authenticator.wrong());
    app.clock.advance(899_000);
    const open = await challenge();
    const input = () => ({ challenge: open, totpCode: authenticator.code() });
    for (const _ of times(7)) expect(await complete(input())).toBe('RATE_LIMITED');
    app.clock.advance(1_000);
    expect(await complete(input())).toBe('done');
  });

  test('begin anew after a right one', async () => {
    for (const _ of times(9)) await confirm(authenticator.wrong());
    expect(await confirm(authenticator.code())).toBe('done');
    for (const _ of times(10)) {
      expect(await confirm(authenticator.wrong())).toBe('INVALID_CREDENTIALS');
    }
    expect(await confirm(authenticator.wrong())).toBe('RATE_LIMITED');
  });

  test('of another account are its own', async () => {
    for (const _ of times(11)) await confirm(authenticator.wrong());
    const eve = await app.signedIn();
    const hers = await enrol(app, eve);
    const answer = await codeOf(
      app.unit(() => app.get(Confirmations).confirm(eve, { totpCode: hers.code() }, () => browser)),
    );
    expect(answer).toBe('done');
  });
});
