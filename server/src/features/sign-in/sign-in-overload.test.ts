import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Browser } from '../../../test/browser.js';
import { createTestDatabase } from '../../../test/database.js';
import type { TestDatabase } from '../../../test/database.js';
import { freePort, ServerProcess } from '../../../test/server-process.js';

const many = 500;
const mostMib = 400;
const setUpToken = randomBytes(16).toString('hex');

let database: TestDatabase;
let folder: string;
/** In a process of its own: what is measured is its own, and it hashes at the product's cost. */
let server: ServerProcess;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-overload-'));
  server = await ServerProcess.start(await freePort(), {
    DATABASE_URL: database.url,
    SECRET_KEY: randomBytes(32).toString('base64'),
    DATA_DIR: folder,
    SETUP_TOKEN: setUpToken,
    LOG_LEVEL: 'error',
  });
}, 120_000);
afterAll(async () => {
  await server.stop();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const signInDocument = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`;
const signIn = (login: string, password: string) =>
  fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: server.url },
    body: JSON.stringify({ query: signInDocument, variables: { input: { login, password } } }),
  });

/** Asks again and again until told to stop. @returns how long each answer took, and the most memory */
async function watch(isOver: () => boolean) {
  const took: number[] = [];
  let mostMib = 0;
  while (!isOver()) {
    const start = performance.now();
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    took.push(performance.now() - start);
    mostMib = Math.max(mostMib, (await server.memory()) / 1_048_576);
    await pause(10);
  }
  return { took, mostMib };
}

test('five hundred sign-ins at once: some are answered, the others told when to come back', async () => {
  const password = 'an engine of brass';
  await new Browser(server.url, '').data(
    server.url,
    'mutation ($input: SetUpSiteInput!) { setUpSite(input: $input) { account { id } } }',
    { input: { token: setUpToken, username: 'ada', email: 'ada@example.org', password } },
  );
  const before = (await server.memory()) / 1_048_576;
  let isOver = false;
  const watched = watch(() => isOver);
  const answers = await Promise.all(
    Array.from({ length: many }, (_, n) => signIn(`stranger${n}`, 'wrong')),
  );
  isOver = true;
  const told = await Promise.all(
    answers.map(async (response) => {
      const { errors } = (await response.json()) as {
        errors: { extensions: { code: string; retryAfter?: number } }[];
      };
      const { code, retryAfter } = errors[0]!.extensions;
      if (code === 'UNAVAILABLE') {
        expect(response.status).toBe(503);
        expect(response.headers.get('retry-after')).toBe(String(retryAfter));
      }
      return code;
    }),
  );
  const turnedAway = told.filter((code) => code === 'UNAVAILABLE').length;
  expect(turnedAway).toBeGreaterThan(0);
  expect(told.filter((code) => code === 'INVALID_CREDENTIALS')).toHaveLength(many - turnedAway);
  const { took, mostMib: most } = await watched;
  expect(took.length).toBeGreaterThan(1);
  // A machine that has other things to do may be late once, not as a rule.
  const inTime = took.filter((ms) => ms < 1_000).length;
  expect(inTime / took.length).toBeGreaterThan(0.8);
  expect(most - before).toBeLessThan(mostMib);
  // Afterwards it is as before.
  const { data } = (await (await signIn('ada', password)).json()) as { data: object };
  expect(data).toEqual({ signIn: { __typename: 'SignedIn' } });
}, 60_000);
