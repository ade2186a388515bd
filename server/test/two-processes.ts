import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';
import { Browser } from './browser.js';
import type { Asked } from './browser.js';
import { createTestDatabase } from './database.js';
import { tokenIn } from './mail.js';
import { freePort, ServerProcess } from './server-process.js';
import { SmtpSink } from './smtp-sink.js';

export const password = 'an engine of brass';
const signInDocument = `mutation ($input: SignInInput!) { signIn(input: $input) {
  __typename ... on SecondFactorRequired { challenge } } }`;

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly browser: Browser;
}

/** Two server processes on one database, one mail server, and who comes to them. */
export class TwoProcesses {
  readonly setUpToken: string;
  #made = 0;

  private constructor(
    private readonly servers: readonly ServerProcess[],
    private readonly sink: SmtpSink,
    private readonly rest: { readonly setUpToken: string; readonly end: () => Promise<void> },
  ) {
    this.setUpToken = rest.setUpToken;
  }

  static async open(): Promise<TwoProcesses> {
    const [database, sink] = [await createTestDatabase(), await SmtpSink.open()];
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-two-'));
    const ports = [await freePort(), await freePort()];
    const setUpToken = randomBytes(16).toString('hex');
    const env = {
      DATABASE_URL: database.url,
      SECRET_KEY: randomBytes(32).toString('base64'),
      PUBLIC_URL: `http://localhost:${ports[0]}`,
      SETUP_TOKEN: setUpToken,
      SMTP_URL: sink.url,
      // Each of many comes from a network of its own, as they would from as many houses.
      TRUSTED_PROXIES: '127.0.0.1,::1',
      LOG_LEVEL: 'error',
    };
    const servers = await Promise.all(
      ports.map((port) =>
        ServerProcess.start(port, { ...env, DATA_DIR: join(folder, String(port)) }),
      ),
    );
    const end = async () => {
      await sink.close();
      await database.drop();
      await rm(folder, { recursive: true, force: true });
    };
    return new TwoProcesses(servers, sink, { setUpToken, end });
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => server.stop()));
    await this.rest.end();
  }

  url(n = 0): string {
    return this.servers[n % this.servers.length]!.url;
  }

  /** What they wrote beside their greeting. */
  get complaints(): string {
    const said = this.servers.map(({ output }) => output.replace(/^Gatehouse is at.*$/gm, ''));
    return said.join('').trim();
  }

  next(): number {
    return ++this.#made;
  }

  address(): string {
    const n = this.next();
    return `10.${Math.floor(n / 250)}.${n % 250}.7`;
  }

  stranger(): Browser {
    return new Browser(this.url(), this.address());
  }

  /** @returns how the fifty ended: the code of the refusal, 'done' for what was not refused */
  async fifty(send: (at: string, from: string, n: number) => Promise<Asked>): Promise<string[]> {
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => send(this.url(n), this.address(), n)),
    );
    expect(answers.filter(({ status }) => status >= 500)).toEqual([]);
    return answers.map(({ errors }) => errors?.[0]?.extensions.code ?? 'done');
  }

  /** Fifty strangers who follow one link. @param document with the link's token as `$t` */
  follow(document: string, t: string): Promise<string[]> {
    return this.fifty((at, from) => this.stranger().ask(at, document, { t }, from));
  }

  /** The token of the next mail with a link that came to this address. */
  async tokenTo(address: string): Promise<string> {
    const { messages } = this.sink;
    const mail = await vi.waitFor(
      () => {
        const found = messages.findIndex(
          ({ envelopeTo, text }) =>
            envelopeTo.includes(address) && /[?](token|invite)=/.test(text ?? ''),
        );
        if (found === -1) throw new Error(`No link came to ${address}`);
        return messages.splice(found, 1)[0]!;
      },
      { timeout: 15_000, interval: 20 },
    );
    return tokenIn(mail);
  }

  /** @returns the challenge of who has a second factor */
  async signIn(browser: Browser, login: string, typed = password): Promise<string | undefined> {
    const input = { login, password: typed };
    const { signIn } = await browser.data<{ signIn: { challenge?: string } }>(
      this.url(),
      signInDocument,
      { input },
    );
    return signIn.challenge;
  }

  /** @returns the token that was mailed */
  async register(username: string, email: string): Promise<string> {
    const document = 'mutation ($input: RegisterInput!) { register(input: $input) }';
    await this.stranger().data(this.url(), document, { input: { username, email, password } });
    return this.tokenTo(email);
  }

  /** Who registered, verified and signed in. */
  async somebody(): Promise<Person> {
    const name = `somebody${this.next()}`;
    const email = `${name}@example.org`;
    const token = await this.register(name, email);
    const browser = this.stranger();
    const document = 'mutation ($token: String!) { verifyEmail(token: $token) }';
    await browser.data(this.url(), document, { token });
    await this.signIn(browser, name);
    return { name, email, browser };
  }
}

/** One of them was first; what the others were told. */
export function expectOne(codes: readonly string[], ...refusals: readonly string[]): void {
  const counts: Record<string, number> = {};
  for (const code of codes) counts[code] = (counts[code] ?? 0) + 1;
  expect(counts).toMatchObject({ done: 1 });
  const unexpected = Object.keys(counts).filter((code) => !['done', ...refusals].includes(code));
  expect(unexpected).toEqual([]);
}
