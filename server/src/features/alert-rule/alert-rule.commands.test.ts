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
    ['-m cpu -t 90 -f 2fortnights', '(for)'],
    ['-m cpu -t 90 -f 2weeks', '(forSeconds)'],
    ['-m cpu -t 90 --hysteresis 95', '(hysteresis)'],
  ])('"put %s" is refused with exit code 1', async (options, field) => {
    const run = await gatehouse(app, `alert-rule put ${options}`);
    expect(run).toMatchObject({ code: 1, out: '' });
    expect(run.err).toContain(field);
    expect(await rules()).toEqual([]);
  });

  test('are tried against the last 24 hours, and nothing is kept of it', async () => {
    app.clock.set(new Date());
    await app.unit(() =>
      app.kernel.database.query(
        `insert into host (name, holder, held_until, at, cpu)
         values ('apollo', gen_random_uuid(), now(), now(), 10);`,
      ),
    );
    await app.unit(() =>
      app.kernel.database.query(
        `insert into host_minute (host, metric, at, samples, lowest, highest, total)
         select 'apollo', 'CPU', date_trunc('minute', now()) - n * interval '1 minute', 12,
           case n % 30 when 0 then 92 else 3 end, case n % 30 when 0 then 97 else 9 end, 100
         from generate_series(1, 100) n`,
      ),
    );
    const once = await gatehouse(app, 'alert-rule try -m cpu -t 90 -f 30s');
    expect(once.out).toBe('It would have fired 3 times in the last 24 hours.\n');
    const never = await gatehouse(app, 'alert-rule try -m cpu -t 90 -f 10min --json');
    expect(JSON.parse(never.out)).toMatchObject({ firings: 0, forSeconds: 600 });
    expect(await rules()).toEqual([]);
  });
});
