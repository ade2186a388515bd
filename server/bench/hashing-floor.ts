/** How many passwords this machine can hold against an argon2 hash when it does nothing else. */
import { availableParallelism } from 'node:os';
import { verify } from '@node-rs/argon2';
import { answers } from './answers.js';

interface Hashing {
  readonly hash: string;
  readonly password: string;
  readonly seconds: number;
}

async function run({ hash, password, seconds }: Hashing): Promise<number> {
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  let done = 0;
  const lanes = Array.from({ length: Math.max(2, availableParallelism()) }, async () => {
    while (performance.now() < end) {
      if (!(await verify(hash, password))) throw new Error('The hash is not of this password');
      done++;
    }
  });
  await Promise.all(lanes);
  return (done * 1_000) / (performance.now() - begun);
}

answers({ run });
