import { vi } from 'vitest';
import type { TestApp } from './app.js';

interface Plan {
  readonly 'Actual Rows': number;
  readonly 'Actual Loops': number;
  readonly 'Rows Removed by Filter'?: number;
  readonly Plans?: readonly Plan[];
}

/** Every row that any step of the plan made or threw away. */
function touched(plan: Plan): number {
  const own = (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'];
  return (plan.Plans ?? []).reduce((sum, inner) => sum + touched(inner), own);
}

/**
 * What the statement with these words costs, counted in rows and not timed.
 * @param work asks it
 */
export async function rowsTouched(
  app: TestApp,
  words: string,
  work: () => Promise<unknown>,
): Promise<number> {
  const { database } = app.kernel;
  const asked = vi.spyOn(database, 'query');
  await app.unit(work);
  const [sql, values] = asked.mock.calls.find(([text]) => text.includes(words))!;
  asked.mockRestore();
  const [row] = await app.unit(() =>
    database.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
      `explain (analyze, format json) ${sql}`,
      values,
    ),
  );
  return touched(row!['QUERY PLAN'][0].Plan);
}
