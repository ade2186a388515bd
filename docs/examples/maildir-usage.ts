/**
 * Tells Gatehouse what all Maildirs of a user occupy, and which domains they belong to. Runs as it
 * is on Node 24, without packages:
 *
 *   GATEHOUSE=https://account.example.org TOKEN=gha_… node maildir-usage.ts USERNAME /var/mail/vhosts
 *
 * The folder holds `<domain>/<name>/Maildir`, as Postfix and Dovecot keep virtual users. Safe to run
 * again, for example from a timer. The token needs USAGE_WRITE.
 */
import { lstat, readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

const [username, root] = process.argv.slice(2);
const { GATEHOUSE, TOKEN } = process.env;
if (!username || !root || !GATEHOUSE || !TOKEN) {
  console.error('GATEHOUSE=… TOKEN=… node maildir-usage.ts USERNAME FOLDER');
  process.exit(2);
}

interface Answer {
  data?: { putEmailAccounts?: { address: string; code: string | null; message: string | null }[] };
  errors?: { message: string; extensions: { code: string; retryAfter?: number } }[];
}

/** Asks again while Gatehouse is overloaded or restarting: every call here may be repeated. */
async function call(query: string, variables: object): Promise<Answer> {
  for (let attempt = 0; ; attempt += 1) {
    const response = await fetch(`${GATEHOUSE}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify({ query, variables }),
      signal: AbortSignal.timeout(30_000),
    }).catch((error: unknown) => (attempt < 5 ? null : Promise.reject(error as Error)));
    const answer = (await response?.json().catch(() => null)) as Answer | null | undefined;
    const refusal = answer?.errors?.[0];
    const isBusy =
      !answer || ['UNAVAILABLE', 'RATE_LIMITED'].includes(refusal?.extensions.code ?? '');
    if (!isBusy || attempt >= 5) {
      if (!answer || refusal) throw new Error(refusal?.message ?? `HTTP ${response?.status}`);
      return answer;
    }
    const seconds = refusal?.extensions.retryAfter ?? 2 ** attempt;
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}

/** What the files occupy on the disk; a mail that is moved meanwhile is not missed for long. */
async function usedBytes(folder: string): Promise<number> {
  let sum = 0;
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) sum += await usedBytes(path);
    else sum += ((await lstat(path).catch(() => null))?.blocks ?? 0) * 512;
  }
  return sum;
}

/** The first line of maildirsize, such as `1000000000S,5000C`; -1 is unlimited. */
async function quotaBytes(maildir: string): Promise<number> {
  const text = await readFile(join(maildir, 'maildirsize'), 'utf8').catch(() => '');
  return Number(/^(\d+)S/.exec(text)?.[1] ?? -1);
}

const accounts: object[] = [];
for (const domain of await readdir(root)) {
  await call('mutation ($u: String!, $n: String!) { putDomain(username: $u, name: $n) { name } }', {
    u: username,
    n: domain,
  });
  for (const name of await readdir(join(root, domain))) {
    const maildir = join(root, domain, name, 'Maildir');
    accounts.push({
      username,
      address: `${name}@${domain}`,
      usedBytes: await usedBytes(maildir),
      quotaBytes: await quotaBytes(maildir),
    });
  }
}

let failed = 0;
for (let at = 0; at < accounts.length; at += 100) {
  const { data } = await call(
    `mutation ($input: [EmailAccountInput!]!) {
       putEmailAccounts(input: $input) { address code message } }`,
    { input: accounts.slice(at, at + 100) },
  );
  for (const { address, code, message } of data?.putEmailAccounts ?? []) {
    if (!code) continue;
    failed += 1;
    console.error(`${address}: ${code} ${message}`);
  }
}
console.log(`${accounts.length - failed} of ${accounts.length} e-mail accounts reported`);
process.exitCode = failed > 0 ? 1 : 0;
