import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createMailedApp, tokenIn } from '../../../test/mail.js';
import type { MailedApp } from '../../../test/mail.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import { unzip } from '../../../test/unzip.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { DataExports } from './data-exports.js';

const day = 86_400_000;
let app: MailedApp;
let server: TestServer;
let ada: Viewer;

beforeAll(async () => {
  app = await createMailedApp({ WORKER: 'false' });
  server = await createTestServer({ app });
});
afterAll(async () => {
  await server.close();
  await app.close();
});
beforeEach(async () => {
  ada = await app.signedIn();
});

const ask = async (query: string) => {
  const { data, errors } = await server.graphql(query, {}, { cookie: app.secretOf(ada) });
  return { data, code: errors?.[0]?.extensions.code };
};
const sql = <Row>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));

describe('an export', () => {
  async function made(): Promise<string> {
    await ask('mutation { requestDataExport }');
    const mails = await app.mailTo(`${ada.name}@example.org`);
    return tokenIn(mails.find(({ text }) => text?.includes('/export?token='))!);
  }
  const fetchExport = (token: string) => fetch(`${server.url}/exports/${token}`);

  test('is one file with everything, fetched once by the mailed link', async () => {
    await ask('mutation { updateProfile(input: { displayName: "Ada L." }) { id } }');
    const token = await made();
    const answer = await fetchExport(token);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/zip');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const files = unzip(Buffer.from(await answer.arrayBuffer()));
    const { personalData } = app.house;
    expect([...files.keys()].filter((name) => name.endsWith('.json')).sort()).toEqual(
      ['about.json', ...personalData.map(({ name }) => `${name}.json`)].sort(),
    );
    expect(JSON.parse(files.get('account.json')!.toString())).toMatchObject({
      display_name: 'Ada L.',
    });
    for (const [name, content] of files) {
      expect(content.includes(app.secretOf(ada)), name).toBe(false);
      expect(content.toString(), name).not.toMatch(/argon2|"v1\.[0-9a-f]{8}\./);
    }
    expect((await fetchExport(token)).status).toBe(400);
  });

  test('is fetched once of twenty that come together', async () => {
    const token = await made();
    const answers = await Promise.all(Array.from({ length: 20 }, () => fetchExport(token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    await Promise.all(answers.map((answer) => answer.arrayBuffer()));
  });

  test('is gone after a day, and with it its file', async () => {
    const token = await made();
    app.clock.advance(day);
    expect((await fetchExport(token)).status).toBe(400);
    await app.unit(() => app.get(DataExports).sweep());
    expect(await sql('select 1 from data_export_part')).toEqual([]);
  });

  test('that is made twice, as after a crash, is mailed once', async () => {
    const token = await made();
    const rows = await sql<{ id: string }>('select id from data_export where account_id = $1', [
      ada.accountId,
    ]);
    await app.unit(() => app.get(DataExports).make({ id: rows[0]!.id }));
    expect((await fetchExport(token)).status).toBe(200);
  });

  test('is asked for five times a day at most', async () => {
    for (let n = 0; n < 5; n++)
      expect((await ask('mutation { requestDataExport }')).code).toBeUndefined();
    expect((await ask('mutation { requestDataExport }')).code).toBe('RATE_LIMITED');
  });
});
