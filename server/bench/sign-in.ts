import type { Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { Child } from './child.js';
import type { Load, Measured } from './load.js';
import { median, rounded } from './table.js';

const connections = 32;
/** Each connection signs in these many people in turn, so that nobody is there twice at once. */
const peopleEach = 20;
const aim = 0.9;

const query = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { ... on SignedIn { account { id username } } } }`;

/** Signing in, which argon2 bounds. */
export const signIn: Benchmark = async (bench) => {
  const { product, seed, rounds, seconds } = bench;
  const load = Child.start(new URL('load.ts', import.meta.url));
  const floor = Child.start(new URL('hashing-floor.ts', import.meta.url));
  const bare = Child.start(new URL('sign-in-floor.ts', import.meta.url));
  const calls = seed.people.map(({ username }) => ({
    headers: callHeaders(product),
    body: JSON.stringify({
      query,
      variables: { input: { login: username, password: seed.password } },
    }),
  }));
  const calling: Load = {
    port: product.port,
    path: '/graphql',
    seconds,
    connections: Array.from({ length: connections }, (_, index) =>
      calls.slice(index * peopleEach, (index + 1) * peopleEach),
    ),
    expect: '"username":"person',
  };
  const { databaseUrl } = bench;
  const least: Load = {
    ...calling,
    path: '/',
    port: await bare.ask<number>('open', { databaseUrl }),
  };
  const hashing = { hash: seed.passwordHash, password: seed.password, seconds };
  await load.ask<Measured>('run', calling);
  await load.ask<Measured>('run', least);
  const pairs = [];
  for (let round = 0; round < rounds; round++) {
    pairs.push({
      hashes: await floor.ask<number>('run', hashing),
      ours: await load.ask<Measured>('run', calling),
      least: await load.ask<Measured>('run', least),
    });
  }
  await Promise.all([load.stop(), floor.stop(), bare.stop()]);
  const ours = rounded(median(pairs.map(({ ours }) => ours.perSecond)));
  const hashed = median(pairs.map(({ ours, hashes }) => ours.perSecond / hashes));
  const kept = pairs.map(({ ours, least }) => ours.perSecond / least.perSecond);
  return [
    {
      what: `sign-in with a password; ${connections} connections`,
      gatehouse: `${ours} /s`,
      floor: `${rounded(median(pairs.map(({ hashes }) => hashes)))} /s`,
      ratio: hashed,
      aim: `≥ ${aim}`,
      met: hashed >= aim,
    },
    {
      what: '  beside one that only checks and keeps a session',
      gatehouse: `${ours} /s`,
      floor: `${rounded(median(pairs.map(({ least }) => least.perSecond)))} /s`,
      ratio: median(kept),
    },
  ];
};
