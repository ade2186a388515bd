import { request } from 'node:http';
import type { Benchmark } from './bench.js';
import { callHeaders } from './bench.js';
import { median, rounded } from './table.js';

const tries = 200;
const aim = 0.05;

const query = `mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename } }`;

/**
 * Whether the time of a refused sign-in tells that a name is somebody's: wrong passwords for known
 * and unknown names in turn, each from a network of its own, so that no limit is in the way.
 */
export const guessing: Benchmark = async ({ product, seed }) => {
  const ask = (login: string, network: number) =>
    timed(
      product.port,
      {
        ...callHeaders(product),
        // Counts, since the bench's server trusts this machine as its proxy.
        'x-forwarded-for': `2001:db8:${network.toString(16)}::1`,
      },
      { login, password: 'wrong' },
    );
  const known: number[] = [];
  const unknown: number[] = [];
  await ask('nobody', 0);
  for (let n = 1; n <= tries; n++) {
    const both = [
      async () => known.push(await ask(seed.people[n]!.username, 2 * n)),
      async () => unknown.push(await ask(`stranger${n}`, 2 * n + 1)),
    ];
    // Each goes first as often as the other.
    for (const one of n % 2 === 0 ? both : both.reverse()) await one();
  }
  const ratio = median(known) / median(unknown);
  return [
    {
      what: `refused sign-in, ${tries} known and ${tries} unknown names in turn`,
      gatehouse: `${rounded(median(known))} ms`,
      floor: `${rounded(median(unknown))} ms`,
      ratio,
      aim: `1 ± ${aim}`,
      met: Math.abs(ratio - 1) < aim,
    },
  ];
};

/** Milliseconds until the refusal is there. */
function timed(port: number, headers: Record<string, string>, input: object): Promise<number> {
  const body = JSON.stringify({ query, variables: { input } });
  return new Promise((resolve, reject) => {
    const asked = performance.now();
    const options = { host: '127.0.0.1', port, path: '/graphql', method: 'POST' };
    request({ ...options, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
      response.on('end', () => {
        if (text.includes('INVALID_CREDENTIALS')) resolve(performance.now() - asked);
        else reject(new Error(`A wrong sign-in was answered ${text.slice(0, 300)}`));
      });
    })
      .on('error', reject)
      .end(body);
  });
}
