import { hash as argon2 } from '@node-rs/argon2';
import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../errors.js';
import { costFor, PasswordHasher, preparePassword } from './password-hash.js';

const cheap = { memory: 64, passes: 1, lanes: 1 };
const hasher = new PasswordHasher({ cost: cheap });

async function refusal(work: Promise<unknown>): Promise<Refusal> {
  const error: unknown = await work.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (error instanceof Refusal) return error;
  throw error;
}

describe('a password', () => {
  it('is right again, and no other is', async () => {
    const stored = await hasher.hash('correct horse battery');
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=64,t=1,p=1\$[^$]{22}\$[^$]{43}$/);
    expect(await hasher.verify(stored, 'correct horse battery')).toEqual({
      ok: true,
      outdated: false,
    });
    for (const other of ['', 'correct horse battery ', 'Correct horse battery', 'x'.repeat(256)]) {
      expect(await hasher.verify(stored, other)).toEqual({ ok: false, outdated: false });
    }
  });

  it('never has the same hash twice', async () => {
    expect(await hasher.hash('same')).not.toBe(await hasher.hash('same'));
  });

  it('is the same however the keyboard composes its characters', async () => {
    const stored = await hasher.hash('Jose\u0301 ﬁ Ａ');
    expect((await hasher.verify(stored, 'José fi A')).ok).toBe(true);
  });

  it('costs what OWASP asks for, with as much memory as the machine has to spare', async () => {
    expect(costFor(2 ** 30)).toEqual({ memory: 47_104, passes: 1, lanes: 1 });
    expect(costFor(2 ** 30 - 1)).toEqual({ memory: 19_456, passes: 2, lanes: 1 });
    const memory = Math.min(totalmem(), process.constrainedMemory() || Infinity);
    const { memory: m, passes: t } = costFor(memory);
    expect(await new PasswordHasher().hash('x')).toContain(`$argon2id$v=19$m=${m},t=${t},p=1$`);
  });

  it('may have 256 characters of any script, and is used whole', async () => {
    const long = '😀'.repeat(255);
    const stored = await hasher.hash(`${long}a`);
    expect((await hasher.verify(stored, `${long}a`)).ok).toBe(true);
    expect((await hasher.verify(stored, `${long}b`)).ok).toBe(false);
  });

  it.each(['a'.repeat(257), '😀'.repeat(257), 'a'.repeat(1_000_000), 'a\0b', '\ud800', 'a\udfff'])(
    'case %# of ugly input is refused with its field, known account or not',
    async (plain) => {
      const expected = { code: 'BAD_USER_INPUT', details: { field: 'newPassword' } };
      const stored = await hasher.hash('x');
      expect(await refusal(hasher.hash(plain, 'newPassword'))).toMatchObject(expected);
      expect(await refusal(hasher.verify(stored, plain, 'newPassword'))).toMatchObject(expected);
      expect(await refusal(hasher.verify(null, plain, 'newPassword'))).toMatchObject(expected);
    },
  );

  it('keeps its blanks', () => {
    expect(preparePassword('  a  b ')).toBe('  a  b ');
  });
});

describe('an account that does not exist', () => {
  it('has no right password', async () => {
    for (const plain of ['', 'admin', 'x'.repeat(256)]) {
      expect(await hasher.verify(null, plain)).toEqual({ ok: false, outdated: false });
    }
  });

  it('answers as slowly as one that does', async () => {
    const real = new PasswordHasher();
    const stored = {
      known: await real.hash('a long enough one'),
      cheaper: await hasher.hash('a long enough one'),
      unknown: null,
    };
    const fastest = { known: Infinity, cheaper: Infinity, unknown: Infinity };
    for (let round = 0; round < 6; round += 1) {
      for (const kind of ['known', 'cheaper', 'unknown'] as const) {
        const started = performance.now();
        await real.verify(stored[kind], 'a wrong one');
        fastest[kind] = Math.min(fastest[kind], performance.now() - started);
      }
    }
    for (const kind of ['known', 'cheaper'] as const) {
      expect(fastest.unknown / fastest[kind], kind).toBeGreaterThan(0.6);
      expect(fastest.unknown / fastest[kind], kind).toBeLessThan(1.7);
    }
  });
});

describe('a stored hash', () => {
  it.each([
    ['less memory', { memoryCost: 32, timeCost: 1, parallelism: 1 }],
    ['a shorter output', { memoryCost: 64, timeCost: 1, parallelism: 1, outputLen: 16 }],
    ['another algorithm', { memoryCost: 64, timeCost: 1, parallelism: 1, algorithm: 1 }],
  ])('with %s is outdated, which only the right password tells', async (_what, options) => {
    const stored = await argon2('right', options);
    expect(await hasher.verify(stored, 'right')).toEqual({ ok: true, outdated: true });
    expect(await hasher.verify(stored, 'wrong')).toEqual({ ok: false, outdated: false });
  });

  it('that fills less in all than today is outdated, with more of everything it is not', async () => {
    const stored = await new PasswordHasher({ cost: { memory: 128, passes: 2, lanes: 1 } }).hash(
      'x',
    );
    expect((await hasher.verify(stored, 'x')).outdated).toBe(false);
    const today = new PasswordHasher({ cost: { memory: 64, passes: 5, lanes: 1 } });
    expect((await today.verify(stored, 'x')).outdated).toBe(true);
  });

  it('of a machine with less memory is hashed again on one with more, and never the other way', async () => {
    const small = new PasswordHasher({ cost: costFor(2 ** 29) });
    const large = new PasswordHasher({ cost: costFor(2 ** 31) });
    expect((await large.verify(await small.hash('x'), 'x')).outdated).toBe(true);
    expect((await small.verify(await large.hash('x'), 'x')).outdated).toBe(false);
  });

  it('that is none is a fault and never a pass', async () => {
    for (const stored of ['', 'x', '$argon2id$', '$2b$10$abcdefghijklmnopqrstuv']) {
      await expect(hasher.verify(stored, 'x')).rejects.toThrow();
    }
  });
});

it('a flood of sign-ins is refused beyond the queue, and everyone in it is served', async () => {
  const busy = new PasswordHasher({
    cost: { memory: 4_096, passes: 1, lanes: 1 },
    parallel: 2,
    queue: 10,
  });
  const stored = await busy.hash('x');
  const all = await Promise.allSettled(Array.from({ length: 50 }, () => busy.verify(stored, 'x')));
  const served = all.filter((each) => each.status === 'fulfilled');
  const refused = all.filter((each) => each.status === 'rejected');
  expect(served).toHaveLength(12);
  expect(served.every((each) => each.value.ok)).toBe(true);
  for (const each of refused) {
    expect(each.reason).toMatchObject({ code: 'UNAVAILABLE', details: { retryAfter: 2 } });
  }
  // The places are free again, also after failures.
  await Promise.allSettled(Array.from({ length: 12 }, () => busy.verify('no hash', 'x')));
  expect(await busy.verify(stored, 'x')).toMatchObject({ ok: true });
});
