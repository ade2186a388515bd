import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Activities } from './activities.js';

let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ username: 'ada' });
});
afterAll(() => app.close());

const rows = (kind: string) =>
  app.unit(() => app.kernel.database.query('select * from activity where kind = $1', [kind]));
const record = (kind: string, viewer = ada, details = {}) =>
  app.get(Activities).record(viewer, ada.accountId, kind, details);

describe('what is recorded', () => {
  test('says who, when, from where and with what, under a reference to read out', async () => {
    await app.unit(() => record('tried.it', ada, { n: 1, text: 'è 👩‍🚀' }));
    const [row] = await rows('tried.it');
    expect(row).toMatchObject({
      account_id: ada.accountId,
      at: app.clock.now(),
      actor: 'ada',
      actor_kind: 'session',
      address: '203.0.113.7',
      user_agent: 'test',
      details: { n: 1, text: 'è 👩‍🚀' },
    });
    expect(row!['reference']).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
  });

  test('is gone with the transaction that it was part of', async () => {
    const work = app.unit(() =>
      app.kernel.database.transaction(async () => {
        await record('undone');
        throw new Error('and then it failed');
      }),
    );
    await expect(work).rejects.toThrow('and then it failed');
    expect(await rows('undone')).toEqual([]);
  });

  test('keeps of a browser’s endless name what one can read', async () => {
    const endless = anonymous({ address: null, userAgent: 'x'.repeat(16_000) });
    await app.unit(() => record('endless', endless));
    const [row] = await rows('endless');
    expect(row!['user_agent']).toHaveLength(512);
  });
});
