import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, standards } from './person.ts';

const client = fileURLToPath(new URL('..', import.meta.url));
const storybook = join(
  dirname(fileURLToPath(import.meta.resolve('storybook/package.json'))),
  'dist/bin/dispatcher.js',
);
const types: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** Each story is seen on a desk and on a phone; from one to the next only what differs is changed. */
const looks = [
  { theme: 'light', locale: 'en', viewport: { width: 1280, height: 800 } },
  { theme: 'dark', locale: 'it', viewport: { width: 390, height: 844 } },
];
const hands = 2;
/** One that does nothing by itself. */
const firstStory = 'atoms-button--variants';

let folder: string;
let server: Server;
let browser: Browser;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gatehouse-stories-'));
  await buildStories();
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    response.setHeader('content-type', types[extname(path)] ?? 'application/octet-stream');
    readFile(join(folder, path === '/favicon.ico' ? '/favicon.svg' : path)).then(
      (bytes) => response.end(bytes),
      () => response.writeHead(404).end(),
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://localhost:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

async function buildStories(): Promise<void> {
  const args = [storybook, 'build', '--quiet', '--output-dir', folder];
  const child = spawn(process.execPath, args, { cwd: client, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`The stories were not built:\n${output}`);
}

test('every story is drawn without a fault, accessible and whole, on a desk and a phone', async () => {
  const { entries } = JSON.parse(await readFile(join(folder, 'index.json'), 'utf8')) as {
    entries: Record<string, unknown>;
  };
  const stories = Object.keys(entries);
  expect(stories.length).toBeGreaterThan(250);
  const waiting = [...stories];
  const found: Record<string, string[]> = {};
  const walk = async () => {
    const walker = await Walker.at(browser, url);
    for (let id = waiting.shift(); id; id = waiting.shift())
      Object.assign(found, await walker.see(id));
  };
  await Promise.all(Array.from({ length: hands }, walk));
  expect(found).toEqual({});
}, 400_000);

test('every component that the library exports has a story', async () => {
  const library = join(client, 'src/lib');
  const list = await readFile(join(library, 'index.ts'), 'utf8');
  const told = await Promise.all(
    globSync('**/*.stories.svelte', { cwd: library }).map((file) =>
      readFile(join(library, file), 'utf8'),
    ),
  );
  const components = [...list.matchAll(/as (\w+) } from '.*\/(\w+\.svelte)'/g)];
  expect(components.length).toBeGreaterThan(50);
  const untold = components
    .filter(
      ([, name]) =>
        !told.some((story) => story.includes(`<${name} `) || story.includes(`<${name}>`)),
    )
    .map(([, name]) => name);
  expect(untold).toEqual([]);
});

test('in the account center tabs and the links of cards lead to sections, which stand in the address', async () => {
  const page = await browser.newPage();
  page.setDefaultTimeout(15_000);
  const at = `${url}/iframe.html?viewMode=story&id=account-center--profile`;
  await page.goto(at);
  const tab = (name: string) =>
    page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name });
  const hash = () => new URL(page.url()).hash;
  // Storybook keeps clicks on links from leading anywhere.
  const follow = async (link: Locator) => {
    const href = await link.getAttribute('href');
    await page.evaluate((to) => (location.hash = to), href ?? '');
  };
  await follow(tab('Security'));
  await page.getByRole('heading', { name: 'Security check' }).waitFor();
  expect(hash()).toBe('#/security');
  await follow(page.getByRole('link', { name: 'Add another' }));
  expect(hash()).toBe('#/security/passkeys');
  await expect
    .poll(() => page.evaluate(() => document.activeElement?.textContent), { timeout: 15_000 })
    .toBe('Passkeys');
  await follow(page.getByRole('link', { name: 'All activity' }));
  expect(hash()).toBe('#/activity');
  expect(await tab('Security').getAttribute('aria-current')).toBe('page');
  await page.goBack();
  await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
  // What is no section of ours belongs to the page.
  await page.evaluate(() => (location.hash = '#elsewhere'));
  expect(await tab('Security').getAttribute('aria-current')).toBe('page');
  await page.close();
});

/** One page in which one story after the other is shown: a new page each would take three times as long. */
class Walker {
  readonly #faults: string[] = [];
  #look = 0;

  private constructor(private readonly page: Page) {
    page.on('pageerror', (error) => this.#faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.#faults.push(message.text());
    });
  }

  static async at(browser: Browser, url: string): Promise<Walker> {
    const page = await browser.newPage({ viewport: looks[0]!.viewport, reducedMotion: 'reduce' });
    const walker = new Walker(page);
    await page.goto(`${url}/iframe.html?viewMode=story&id=${firstStory}&globals=a11y.manual:!true`);
    await page.waitForSelector('.sb-show-main .gh button');
    await page.evaluate(axe.source);
    return walker;
  }

  /** @returns what is wrong with it in each look */
  async see(id: string): Promise<Record<string, string[]>> {
    const found: Record<string, string[]> = {};
    for (const turned of [false, true]) {
      if (turned) this.#look = 1 - this.#look;
      const { viewport, ...globals } = looks[this.#look]!;
      if (turned) await this.page.setViewportSize(viewport);
      await show(this.page, id, turned ? globals : undefined).catch((error: Error) =>
        this.#faults.push(error.message),
      );
      const told = [...this.#faults.splice(0), ...(await violations(this.page, turned))];
      if (told.length > 0) found[`${id}, ${globals.theme}, ${globals.locale}`] = told;
    }
    return found;
  }
}

interface StoryChannel {
  on(name: string, heard: (told: unknown) => void): void;
  off(name: string, heard: (told: unknown) => void): void;
  emit(name: string, told: object): void;
}

/** Another story in the page as it stands, or the same in another look. */
function show(page: Page, id: string, globals: object | undefined): Promise<void> {
  return page.evaluate(
    async ({ id, globals }) => {
      const channel = (globalThis as never as { __STORYBOOK_ADDONS_CHANNEL__: StoryChannel })
        .__STORYBOOK_ADDONS_CHANNEL__;
      await new Promise<void>((resolve, reject) => {
        const refuse = (told: unknown) => reject(new Error(JSON.stringify(told).slice(0, 400)));
        const ends = { storyErrored: refuse, storyThrewException: refuse, storyMissing: refuse };
        const rendered = (shown: unknown) => {
          if (shown !== id) return;
          channel.off('storyRendered', rendered);
          for (const [name, heard] of Object.entries(ends)) channel.off(name, heard);
          resolve();
        };
        channel.on('storyRendered', rendered);
        for (const [name, heard] of Object.entries(ends)) channel.on(name, heard);
        if (globals) channel.emit('updateGlobals', { globals });
        else channel.emit('setCurrentStory', { storyId: id, viewMode: 'story' });
      });
      // Words, answers and parts that come later: drawn when nothing has changed for some frames.
      await new Promise<void>((resolve) => {
        const quietMs = 50;
        const mostMs = 3000;
        const end = () => {
          watcher.disconnect();
          clearTimeout(quiet);
          clearTimeout(most);
          resolve();
        };
        const again = () => {
          clearTimeout(quiet);
          quiet = setTimeout(end, quietMs);
        };
        let quiet = setTimeout(end, quietMs);
        const most = setTimeout(end, mostMs);
        const watcher = new MutationObserver(again);
        watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
      });
    },
    { id, globals },
  );
}

/** @param looksOnly what no other theme, language or width changes is left out */
function violations(page: Page, looksOnly: boolean): Promise<string[]> {
  const runOnly = looksOnly ? ['color-contrast', 'target-size'] : standards;
  return page.evaluate(async (runOnly) => {
    const inPage = (globalThis as never as { axe: typeof axe }).axe;
    const { violations } = await inPage.run(document.body, {
      resultTypes: ['violations'],
      runOnly,
      // A story is no page: it has no landmarks and no h1 of its own.
      ...(runOnly.length > 2 && {
        rules: Object.fromEntries(
          ['region', 'page-has-heading-one', 'landmark-one-main'].map((id) => [
            id,
            { enabled: false },
          ]),
        ),
      }),
    });
    const { scrollWidth, clientWidth } = document.documentElement;
    return [
      ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)),
      ...(scrollWidth > clientWidth ? [`${scrollWidth - clientWidth} px hang over the side`] : []),
    ];
  }, runOnly);
}
