import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSql, writtenMails } from '../../server/test/data-dir.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const startMs = 60_000;
const mailMs = 20_000;

/** The built server as `npm run up` starts it: a process of its own, an embedded database, one port. */
export class Gatehouse {
  #process: ChildProcess | null = null;
  #output = '';
  readonly #opened = new Set<string>();

  private constructor(
    readonly url: string,
    readonly dataDir: string,
    private readonly port: number,
    private readonly settings: Readonly<Record<string, string>>,
  ) {}

  /** @param settings beside those that every test needs */
  static async make(settings: Record<string, string> = {}): Promise<Gatehouse> {
    const port = await freePort();
    const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-e2e-'));
    const gatehouse = new Gatehouse(`http://localhost:${port}`, dataDir, port, settings);
    await gatehouse.start();
    return gatehouse;
  }

  /** Resolves when it answers. */
  async start(): Promise<void> {
    this.#output = '';
    const child = spawn(process.execPath, [join(root, 'server/dist/main.js')], {
      cwd: root,
      env: {
        ...process.env,
        ...this.settings,
        DATA_DIR: this.dataDir,
        PORT: String(this.port),
        NODE_ENV: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#process = child;
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    const deadline = Date.now() + startMs;
    while (Date.now() < deadline && child.exitCode === null) {
      if (await this.ready()) return;
      await pause(100);
    }
    throw new Error(`Gatehouse did not start:\n${this.#output}`);
  }

  async ready(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/readyz`)).ok && /Gatehouse is at/.test(this.#output);
    } catch {
      return false;
    }
  }

  /** What it printed for its first administrator. */
  get setUpToken(): string {
    const token = /set-up token:\s+([\w-]{43})/.exec(this.#output)?.[1];
    if (!token) throw new Error(`No set-up token was printed:\n${this.#output}`);
    return token;
  }

  get output(): string {
    return this.#output;
  }

  /** @returns the exit code, null when it was killed */
  async stop(signal: 'SIGINT' | 'SIGTERM' | 'SIGKILL' = 'SIGINT'): Promise<number | null> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const ended = once(child, 'exit');
    child.kill(signal);
    const [code] = (await ended) as [number | null];
    return code;
  }

  /** kill -9 of the embedded PostgreSQL, as an operator's mistake or the system's would. */
  async killPostgres(): Promise<void> {
    const text = await readFile(join(this.dataDir, 'postgres', 'postmaster.pid'), 'utf8');
    process.kill(Number(text.split('\n')[0]), 'SIGKILL');
  }

  /** For what no page or command can do yet, or what would take a day to happen. */
  sql(query: string): Promise<unknown[]> {
    return runSql(this.dataDir, query);
  }

  /** The path of the link in the next mail to an address, as its reader would open it. */
  async linkTo(address: string): Promise<string> {
    const deadline = Date.now() + mailMs;
    for (;;) {
      const mails = await writtenMails(this.dataDir);
      const mail = mails.find(({ file, to }) => to.includes(address) && !this.#opened.has(file));
      const link = /https?:\/\/[^/\s]+(\/[\w-]+\?(?:token|invite)=[\w-]{43})/.exec(
        mail?.text ?? '',
      );
      if (mail && link?.[1]) {
        this.#opened.add(mail.file);
        return link[1];
      }
      if (Date.now() > deadline) throw new Error(`No mail with a link came to ${address}`);
      await pause(100);
    }
  }

  async remove(): Promise<void> {
    await this.stop();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async graphql(
    query: string,
    variables: Record<string, unknown>,
    token: string,
  ): Promise<{
    data: Record<string, unknown> | null;
    errors?: { extensions: { code: string } }[];
  }> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as never;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
