import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { build } from 'vite';

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css' };

/** Another program, on an origin of its own, that embeds the library; `?at=` says whose. */
export class Host {
  readonly #server: Server;

  private constructor(
    private readonly folder: string,
    html: string,
  ) {
    this.#server = createServer((request, response) => {
      const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
      response.setHeader('content-type', types[extname(path)] ?? 'text/html');
      if (path === '/') return response.end(html);
      return readFile(join(folder, path)).then(
        (bytes) => response.end(bytes),
        () => response.writeHead(path === '/favicon.ico' ? 204 : 404).end(),
      );
    });
  }

  static async open(): Promise<Host> {
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-host-'));
    await build({
      root: fileURLToPath(new URL('.', import.meta.url)),
      configFile: false,
      logLevel: 'error',
      plugins: [svelte({ configFile: false })],
      build: {
        outDir: folder,
        emptyOutDir: true,
        rolldownOptions: {
          input: fileURLToPath(new URL('main.ts', import.meta.url)),
          output: { entryFileNames: 'main.js' },
        },
      },
    });
    const styles = (await readdir(folder, { recursive: true }))
      .filter((file) => file.endsWith('.css'))
      .map((file) => `<link rel="stylesheet" href="/${file}">`);
    const host = new Host(
      folder,
      `<!doctype html><html lang="en"><head><title>Another program</title>
      <meta name="viewport" content="width=device-width, initial-scale=1">${styles.join('')}</head>
      <body><script type="module" src="/main.js"></script></body></html>`,
    );
    host.#server.listen(0, 'localhost');
    await once(host.#server, 'listening');
    return host;
  }

  get url(): string {
    return `http://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
