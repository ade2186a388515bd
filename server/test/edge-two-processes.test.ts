import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AccessTokens } from '../src/features/access-token/access-tokens.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { refusalOf } from './beside.js';
import { ServerProcess } from './server-process.js';

/**
 * Limits and keys at the edge, as programs and people meet them: over HTTP, at two server processes on
 * one database. A trigger keeps every state that a row ever had, in the order in which they came to be.
 */
let app: TestApp;
let servers: ServerProcess[];
let root: Viewer;
let program: { authorization: string };
beforeAll(async () => {
  app = await createTestApp({ WORKER: 'false' });
  servers = await Promise.all([0, 1].map(() => ServerProcess.beside(app, { LOG_LEVEL: 'error' })));
  root = await app.signedIn({ permissions: ['admin.users', 'admin.licenses'] });
  const { secret } = await app.unit(async () => {
    await app.get(AccessTokens).setEnabled(root, true);
    return app.get(AccessTokens).create(root, { name: 'mail', scopes: ['USAGE_WRITE'] });
  });
  program = { authorization: `Bearer ${secret}` };
  await sql(watch);
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  await app.close();
});

const watch = `
  create table seen (id bigserial, account_id uuid, object text, used bigint, most bigint);
  create function see() returns trigger language plpgsql as $$ begin
    if tg_table_name = 'email_account' then
      insert into seen (account_id, object, used, most)
      values (new.account_id, new.address, new.used, new.quota);
    else
      insert into seen (account_id, object, used, most)
      values (new.account_id, new.key, new.used, new.most);
    end if;
    return null; end $$;
  create trigger see after insert or update on usage_limit for each row execute function see();
  create trigger see after insert or update on email_account for each row execute function see();`;

const sql = <Row = object>(text: string, values: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(text, values));
const cookie = (viewer: Viewer) => ({ cookie: `gatehouse=${app.secretOf(viewer)}` });
const at = (n: number) => servers[n % servers.length]!;

let turn = 0;
/** At the one server and the other in turn. @returns the code of a refusal, or done */
async function call(query: string, variables: object, headers: Record<string, string>) {
  const answer = await at((turn += 1)).graphql(query, variables as never, headers);
  expect(answer.status).toBe(200);
  return refusalOf(answer)?.code ?? 'done';
}
const report = (who: Viewer, used: number, key: string) =>
  call(
    'mutation ($i: ReportUsageInput!) { reportUsage(input: $i) { used } }',
    { i: { username: who.name, key, used } },
    program,
  );
const put = (who: Viewer, address: string, of: object = {}) =>
  call(
    'mutation ($i: EmailAccountInput!) { putEmailAccount(input: $i) { usedBytes } }',
    { i: { username: who.name, address, usedBytes: 1, quotaBytes: 100, ...of } },
    program,
  );
const remove = (who: Viewer, address: string) =>
  call(
    'mutation ($u: String!, $a: EmailAddress!) { removeEmailAccount(username: $u, address: $a) }',
    { u: who.name, a: address },
    program,
  );
const setLimit = (who: Viewer, key: string, value: number) =>
  call(
    'mutation ($id: ID!, $k: String!, $v: SafeInt!) { setUserLimit(id: $id, key: $k, value: $v) { id } }',
    { id: who.accountId, k: key, v: value },
    cookie(root),
  );

const times = <T>(count: number, make: (n: number) => T) =>
  Array.from({ length: count }, (_, n) => make(n));
const count = (codes: readonly string[]) =>
  Object.fromEntries(
    [...Map.groupBy(codes, (code) => code)].map(([code, all]) => [code, all.length]),
  );

interface State {
  readonly object: string;
  readonly used: number;
  readonly most: number;
}
const statesOf = (who: Viewer) =>
  sql<State>(
    'select object, used::float8, most::float8 from seen where account_id = $1 order by id',
    [who.accountId],
  );
/** `disk 80 exceeded` and the like, sorted. */
async function told(who: Viewer): Promise<string[]> {
  const rows = await sql<{ text: string }>(
    `select concat_ws(' ', m.data ->> 'object', m.data ->> 'threshold', m.data ->> 'event') as text
     from message m join notification n on n.message_id = m.id where n.account_id = $1`,
    [who.accountId],
  );
  return rows.map(({ text }) => text).sort();
}

/** What is to be told of what happened, by the contract alone: up once each, back below once, five points apart. */
function toBeTold(states: readonly State[]): string[] {
  const armed = new Map<string, Set<number>>();
  const all: string[] = [];
  for (const { object, used, most } of states) {
    const ready = armed.get(object) ?? new Set([80, 95]);
    armed.set(object, ready);
    const share = most < 0 ? 0 : most === 0 ? Math.sign(used) : used / most;
    for (const threshold of [80, 95]) {
      if (share * 100 < threshold || !ready.delete(threshold)) continue;
      all.push(`${object} ${threshold} exceeded`);
    }
    if (share < 0.9) ready.add(95);
    if (share >= 0.75 || ready.has(80)) continue;
    ready.add(80);
    all.push(`${object} 80 back_to_normal`);
  }
  return all.sort();
}

/** Of e-mail accounts and archives nobody ever got a place beyond the limit of that moment. */
function expectNeverBeyond(states: readonly State[]): void {
  for (const key of ['email_accounts', 'archives']) {
    const own = states.filter(({ object }) => object === key);
    const beyond = own.filter(
      ({ used, most }, n) => n > 0 && used > own[n - 1]!.used && most >= 0 && used > most,
    );
    expect(beyond).toEqual([]);
  }
}

describe('twenty at once', () => {
  test('register, or become archives: as many as may, and each threshold is told once', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 'email_accounts', 10);
    await setLimit(ada, 'archives', 5);
    const registered = await Promise.all(times(20, (n) => put(ada, `box${n}@one.example`)));
    expect(count(registered)).toEqual({ done: 10, LIMIT_REACHED: 10 });
    const made = await sql<{ address: string }>(
      'select address from email_account where account_id = $1',
      [ada.accountId],
    );
    expect(made).toHaveLength(10);
    const twice = [...made, ...made];
    const archived = await Promise.all(
      twice.map(({ address }) => put(ada, address, { archive: true })),
    );
    expect(Object.keys(count(archived)).sort()).toEqual(['LIMIT_REACHED', 'done']);
    const archives = await sql('select 1 from email_account where account_id = $1 and archive', [
      ada.accountId,
    ]);
    expect(archives).toHaveLength(5);
    expectNeverBeyond(await statesOf(ada));
    expect(await told(ada)).toEqual([
      'archives 80 exceeded',
      'archives 95 exceeded',
      'email_accounts 80 exceeded',
      'email_accounts 95 exceeded',
    ]);
  });

  test('report, of the account and of one e-mail account: each threshold is told once', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 'disk', 100);
    const box = 'full@two.example';
    const codes = await Promise.all([
      ...times(20, (n) => report(ada, 91 + n, 'disk')),
      ...times(20, (n) => put(ada, box, { usedBytes: 91 + n })),
    ]);
    expect(count(codes)).toEqual({ done: 40 });
    expect(await told(ada)).toEqual(
      [box, 'disk'].flatMap((object) => [`${object} 80 exceeded`, `${object} 95 exceeded`]).sort(),
    );
  });

  test('change limits, report, register and remove: never beyond, and told as it was', async () => {
    const ada = await app.signedIn();
    await setLimit(ada, 'email_accounts', 5);
    const codes = await Promise.all(
      times(20, (n) => [
        setLimit(ada, 'email_accounts', [4, 5, 6, 9, -1][n % 5]!),
        setLimit(ada, 'disk', [100, 105, 130, -1][n % 4]!),
        report(ada, [70, 82, 96, 110][n % 4]!, 'disk'),
        put(ada, `storm${n}@three.example`, { archive: n % 3 === 0 }),
        put(ada, 'storm0@three.example', { usedBytes: [74, 81, 96, 89][n % 4]! }),
        remove(ada, `storm${n + 1}@three.example`),
      ]).flat(),
    );
    expect(
      Object.keys(count(codes)).filter((code) => !/^(done|LIMIT_REACHED)$/.test(code)),
    ).toEqual([]);
    const states = await statesOf(ada);
    expect(states.filter(({ object }) => object === 'disk').length).toBeGreaterThan(5);
    expectNeverBeyond(states);
    expect(await told(ada)).toEqual(toBeTold(states));
  }, 60_000);
});

describe('an API key', () => {
  const act = async (mutation: string, viewer: Viewer) => {
    const { data, errors } = await at(0).graphql(`mutation { ${mutation} }`, {}, cookie(viewer));
    expect(errors).toBeUndefined();
    return data as Record<string, { secret: string; apiKey: { id: string } }>;
  };
  const made = 'secret apiKey { id }';

  /** Asks without a pause at both servers while something is done. @returns what was answered against the rule */
  async function hammered(secret: string, end: () => Promise<unknown>): Promise<string[]> {
    const headers = { authorization: `Bearer ${secret}` };
    let [asked, answeredAt, over] = [Infinity, Infinity, false];
    const wrong: string[] = [];
    let heard = 0;
    const hammer = async (server: ServerProcess) => {
      while (!over) {
        const began = performance.now();
        const answer = await server.graphql('{ license { active } }', {}, headers);
        const code = refusalOf(answer)?.code ?? (answer.data?.['license'] ? 'good' : 'nothing');
        heard += 1;
        if (performance.now() < asked && code !== 'good') wrong.push(`before: ${code}`);
        if (began > answeredAt && code !== 'UNAUTHENTICATED') wrong.push(`after: ${code}`);
      }
    };
    const hammers = times(8, (n) => hammer(at(n)));
    await new Promise((resolve) => setTimeout(resolve, 200));
    asked = performance.now();
    await end();
    answeredAt = performance.now();
    await new Promise((resolve) => setTimeout(resolve, 200));
    over = true;
    await Promise.all(hammers);
    expect(heard).toBeGreaterThan(16);
    return wrong;
  }

  test('is refused by both servers from the moment its rotation or revocation is answered', async () => {
    const ada = await app.signedIn();
    const issue = 'mutation ($id: ID!) { issueLicense(userId: $id, product: "Backup") { id } }';
    const issued = await at(1).graphql(issue, { id: ada.accountId }, cookie(root));
    const { id } = issued.data!['issueLicense'] as { id: string };
    const create = `createApiKey(licenseId: "${id}", label: "nas") { ${made} }`;
    let key = (await act(create, ada))['createApiKey']!;
    for (let round = 0; round < 5; round += 1) {
      const { secret, apiKey } = key;
      const wrong = await hammered(secret, async () => {
        const rotated = await act(`rotateApiKey(id: "${apiKey.id}") { ${made} }`, ada);
        key = rotated['rotateApiKey']!;
      });
      expect(wrong).toEqual([]);
      for (const server of servers) {
        const headers = { authorization: `Bearer ${key.secret}` };
        const { data } = await server.graphql('{ license { active } }', {}, headers);
        expect(data).toEqual({ license: { active: true } });
      }
    }
    const revoke = () => act(`revokeApiKey(id: "${key.apiKey.id}") { id }`, ada);
    expect(await hammered(key.secret, revoke)).toEqual([]);
  }, 60_000);
});

test('neither server had anything to write into its log of errors', () => {
  const lines = servers.flatMap(({ output }) => output.split('\n'));
  expect(lines.filter((line) => line.startsWith('{'))).toEqual([]);
});
