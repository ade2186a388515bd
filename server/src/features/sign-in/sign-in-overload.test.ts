import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { goodPassword } from '../../../test/app.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';

const many = 500;
const mostMib = 400;

let first: TestServer;
/** Hashes at the product's own cost, unlike other tests. */
let server: TestServer;
beforeAll(async () => {
  first = await createTestServer();
  server = await createTestServer({ beside: first });
});
afterAll(async () => {
  await server.close();
  await server.app.kernel.live.close();
  await server.app.kernel.database.close();
  await first.close();
});

const signIn = (login: string, password: string) =>
  server.post(
    JSON.stringify({
      query: 'mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }',
      variables: { input: { login, password } },
    }),
  );

test('five hundred sign-ins at once: some are answered, the others told when to come back', async () => {
  const ada = await server.app.signedIn();
  const before = process.memoryUsage().rss;
  let isOver = false;
  let mostRss = before;
  const watched = (async () => {
    let alive = 0;
    while (!isOver) {
      expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
      mostRss = Math.max(mostRss, process.memoryUsage().rss);
      alive += 1;
      await pause(10);
    }
    return alive;
  })();
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
  expect(await watched).toBeGreaterThan(1);
  expect((mostRss - before) / 1_048_576).toBeLessThan(mostMib);
  // Afterwards it is as before.
  const { data } = (await (await signIn(ada.name, goodPassword)).json()) as { data: object };
  expect(data).toEqual({ signIn: { __typename: 'SignedIn' } });
}, 60_000);
