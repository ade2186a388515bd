import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { gatehouse } from '../../../test/command-line.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

describe('the policy at the command line', () => {
  test('is shown in the form in which it is set', async () => {
    const { out } = await gatehouse(app, 'policy show');
    expect(out).toContain('registration=INVITE_ONLY\nminLength=12\n');
    const again = await gatehouse(app, ['policy', 'set', ...out.trim().split('\n')]);
    expect(again).toEqual({ code: 0, out, err: '' });
  });

  test('is set, several at once', async () => {
    const run = await gatehouse(
      app,
      'policy set registration=open requireDigit=TRUE minLength=14 --json',
    );
    expect(run).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(run.out)).toMatchObject({
      registration: 'OPEN',
      requireDigit: true,
      minLength: 14,
    });
  });

  test.each([
    ['minLength=3', 'minLength must be a whole number from 8 to 128. (minLength)'],
    ['minLength=twelve', '(minLength)'],
    ['requireDigit=maybe', 'requireDigit must be true or false. (requireDigit)'],
    ['registration=SOMETIMES', 'one of OPEN, INVITE_ONLY, CLOSED'],
    ['nothing=1', 'The keys are registration, minLength'],
    ['constructor=1', 'The keys are'],
    ['minLength', 'Write KEY=VALUE'],
  ])('"%s" is refused with exit code 1, and nothing has changed', async (setting, says) => {
    const before = await gatehouse(app, 'policy show');
    const run = await gatehouse(app, ['policy', 'set', 'sessionDays=3', setting]);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(says);
    expect(await gatehouse(app, 'policy show')).toEqual(before);
  });

  test('needs something to set', async () => {
    expect(await gatehouse(app, 'policy set')).toMatchObject({ code: 2 });
  });
});
