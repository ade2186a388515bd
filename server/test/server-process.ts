import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphqlAnswer, TestApp } from './app.js';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
const startMs = 60_000;

/** The whole server in a process of its own, as `npm run up` starts it, on a database that is given. */
export class ServerProcess {
  #output = '';
  readonly #process: ChildProcess;
  /** What pages of this site send with what they post. */
  readonly #origin: string;

  private constructor(
    readonly url: string,
    env: Readonly<Record<string, string>>,
  ) {
    this.#origin = env['PUBLIC_URL'] ?? url;
    this.#process = spawn(process.execPath, ['--import', 'tsx', main], {
      env: { ...process.env, TSX_TSCONFIG_PATH: tsconfig, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const keep = (chunk: Buffer) => (this.#output += chunk.toString());
    this.#process.stdout!.on('data', keep);
    this.#process.stderr!.on('data', keep);
  }

  /** Resolves when it is ready. */
  static async start(port: number, env: Readonly<Record<string, string>>): Promise<ServerProcess> {
    const url = `http://localhost:${port}`;
    const server = new ServerProcess(url, { ...env, PORT: String(port) });
    const deadline = Date.now() + startMs;
    while (Date.now() < deadline && server.#process.exitCode === null) {
      const ready = await fetch(`${url}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (ready) return server;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await server.stop();
    throw new Error(`The server did not start:\n${server.#output}`);
  }

  /** Over the database and the folder of a test app. */
  static async beside(
    app: TestApp,
    env: Readonly<Record<string, string>> = {},
  ): Promise<ServerProcess> {
    const port = await freePort();
    const key = await readFile(join(app.dataDir, 'secret.key'), 'utf8');
    return ServerProcess.start(port, {
      NODE_ENV: 'production',
      DATABASE_URL: app.databaseUrl,
      DATA_DIR: app.dataDir,
      SECRET_KEY: key.trim(),
      PUBLIC_URL: `http://localhost:${port}`,
      LOG_LEVEL: 'warn',
      ...env,
    });
  }

  /** What it wrote so far, its log included. */
  get output(): string {
    return this.#output;
  }

  /** Bytes it has in memory now; 0 where the system does not tell so. */
  memory(): Promise<number> {
    return memoryOf(this.#process.pid!);
  }

  /** Bytes that the processes it started have in memory now. */
  async memoryOfChildren(): Promise<number> {
    const pid = this.#process.pid!;
    const all = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
    const each = await Promise.all(all.split(' ').filter(Boolean).map(memoryOf));
    return each.reduce((sum, bytes) => sum + bytes, 0);
  }

  /** A POST to /graphql with these headers, whatever they claim: `fetch` lets nobody choose the Host. */
  graphql(
    query: string,
    variables: Record<string, unknown>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<GraphqlAnswer & { readonly status: number }> {
    return new Promise((resolve, reject) => {
      const call = request(
        `${this.url}/graphql`,
        {
          method: 'POST',
          headers: { 'content-type': 'application/json', origin: this.#origin, ...headers },
        },
        (response) => {
          let body = '';
          response.on('data', (chunk: Buffer) => (body += chunk.toString()));
          response.on('end', () =>
            resolve({ ...(JSON.parse(body) as GraphqlAnswer), status: response.statusCode ?? 0 }),
          );
        },
      );
      call.on('error', reject).end(JSON.stringify({ query, variables }));
    });
  }

  async stop(): Promise<void> {
    const timer = setTimeout(() => void this.kill(), 15_000);
    await this.#end('SIGTERM');
    clearTimeout(timer);
  }

  /** As when the machine loses its power. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
}

async function memoryOf(pid: number | string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
