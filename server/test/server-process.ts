import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const tsconfig = fileURLToPath(new URL('../tsconfig.json', import.meta.url));
const startMs = 60_000;

/** The whole server in a process of its own, as `npm run up` starts it, on a database that is given. */
export class ServerProcess {
  #output = '';
  readonly #process: ChildProcess;

  private constructor(
    readonly url: string,
    env: Readonly<Record<string, string>>,
  ) {
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

  /** What it wrote so far, its log included. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    const child = this.#process;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    await gone;
    clearTimeout(timer);
  }
}

/** One that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise<void>((resolve) => server.close(() => resolve()));
  return port;
}
