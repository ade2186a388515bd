import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { gatehouse } from '../../../test/command-line.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

interface Rule {
  readonly id: string;
  readonly metric: string;
  readonly threshold: number;
  readonly forSeconds: number;
  readonly hysteresis: number;
  readonly enabled: boolean;
}

const rules = async (): Promise<Rule[]> => {
  const { out } = await gatehouse(app, 'alert-rule list --json');
  return (JSON.parse(out) as { rules: Rule[] }).rules;
};

describe('alert rules at the command line', () => {
  test('are made, listed with the present value, changed and removed', async () => {
    expect((await gatehouse(app, 'alert-rule list')).out).toBe('No rules.\n');
    const made = await gatehouse(
      app,
      'alert-rule put --metric cpu --threshold 90% --for 10min --json',
    );
    expect(made).toMatchObject({ code: 0, err: '' });
    const { id } = JSON.parse(made.out) as Rule;
    expect(await rules()).toMatchObject([
      { id, metric: 'CPU', threshold: 90, forSeconds: 600, hysteresis: 5, enabled: true },
    ]);
    const { out } = await gatehouse(app, 'alert-rule list');
    expect(out).toMatch(/^ID .+NOW ON .+STATE/);
    expect(out).toMatch(/CPU +90 % +600s +\d+(\.\d+)? % +watching/);
    await gatehouse(app, `alert-rule put --id ${id} -m load -t 7.5 -f 2h --hysteresis 1 --off`);
    expect(await rules()).toEqual([
      expect.objectContaining({
        id,
        metric: 'LOAD',
        threshold: 7.5,
        forSeconds: 7_200,
        hysteresis: 1,
        enabled: false,
      }),
    ]);
    expect(await gatehouse(app, `alert-rule remove ${id}`)).toMatchObject({ code: 0 });
    expect(await rules()).toEqual([]);
  });

  test.each([
    ['-m gpu -t 90', '(metric)'],
    ['-m cpu -t much', '(threshold)'],
    ['-m cpu -t 120', '(threshold)'],
    ['-m cpu -t 90 -f 2weeks', '(for)'],
    ['-m cpu -t 90 --hysteresis 95', '(hysteresis)'],
  ])('"put %s" is refused with exit code 1', async (options, field) => {
    const run = await gatehouse(app, `alert-rule put ${options}`);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(field);
    expect(await rules()).toEqual([]);
  });
});
