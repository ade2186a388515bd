import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Browser, Page, Response } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';
import type { Look } from './person.ts';

const password = 'an engine of brass';
const signedIn = [
  '/profile',
  '/security',
  '/notifications',
  '/notification-settings',
  '/deliveries',
  '/api-access',
  '/limits',
  '/preferences',
  '/activity',
  '/admin/alert-rules',
  '/admin/audit',
  '/admin/users',
  '/admin/users/ada',
  '/admin/invites',
  '/admin/policy',
  '/admin/broadcasts',
  '/admin/notification-types',
  '/admin/deliveries',
];
const before = ['/sign-in', '/forgot-password', '/check-mail', '/welcome?token=none', '/welcome'];

let gatehouse: Gatehouse;
let browser: Browser;
let cookies: Awaited<ReturnType<Person['context']['cookies']>>;
/** Marks of all components that have styles, as the build wrote them. */
let styled: Set<string>;

const built = fileURLToPath(new URL('../build/client/_app/immutable/assets/', import.meta.url));
const mark = /svelte-[a-z0-9]{5,8}/g;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  const sheets = (await readdir(built)).filter((name) => name.endsWith('.css'));
  const texts = await Promise.all(sheets.map((name) => readFile(built + name, 'utf8')));
  styled = new Set(texts.join('').match(mark));
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

async function at(look: Look, withSession: boolean): Promise<Person> {
  const person = await Person.at(browser, gatehouse.url, look);
  if (withSession) await person.context.addCookies(cookies);
  return person;
}

/** As a person sees it: the fonts are there and nothing moves any more. */
async function settle(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.getByRole('heading', { level: 1 }).first().waitFor();
}

/** No component on it lacks its styles, wherever the bundler put them. */
async function expectDressed(page: Page): Promise<void> {
  const { worn, known } = await page.evaluate(() => ({
    worn: [...document.querySelectorAll('[class*="svelte-"]')].flatMap((element) =>
      [...element.classList].filter((name) => name.startsWith('svelte-')),
    ),
    known: [...document.styleSheets].flatMap((sheet) =>
      [...sheet.cssRules].map((rule) => rule.cssText),
    ),
  }));
  const dressed = new Set(known.join('').match(mark));
  const bare = worn.filter((name) => styled.has(name) && !dressed.has(name));
  expect([...new Set(bare)], page.url()).toEqual([]);
}

/** What a first visit loads. @returns files, and bytes as gzip sends them */
async function scriptsOf(person: Person, path: string) {
  const page = await person.tab('/healthz');
  const bodies: Promise<Buffer>[] = [];
  const keep = (response: Response) => {
    if (response.url().endsWith('.js')) bodies.push(response.body());
  };
  page.on('response', keep);
  await page.goto(gatehouse.url + path);
  page.off('response', keep);
  const files = await Promise.all(bodies);
  await page.close();
  return {
    files: files.length,
    bytes: files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0),
  };
}

describe('every page', () => {
  test('the set-up, in both languages and themes', async () => {
    for (const look of [{}, { dark: true }, { phone: true, language: 'it-IT' as const }]) {
      const person = await at(look, false);
      const page = await person.tab('/setup');
      await settle(page);
      await expectAccessible(page);
      await expectNoSideScroll(page);
      expect(person.faults).toEqual([]);
      await person.close();
    }
    const ada = await at({}, false);
    const page = await ada.tab('/setup');
    await page.getByLabel('Set-up token').fill(gatehouse.setUpToken);
    await page.getByLabel('Username').fill('ada');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('textbox', { name: /^Password/ }).fill(password);
    await page.getByRole('button', { name: 'Create administrator' }).click();
    await page.waitForURL('**/profile');
    cookies = await ada.context.cookies();
    await page.goto(`${gatehouse.url}/admin/broadcasts`);
    for (const title of [
      'A first message',
      'A second one with a title that goes on and on and on',
    ]) {
      await page.getByLabel('Title in English').fill(title);
      await page.getByLabel('Text in English').fill('Some words. '.repeat(20));
      await page.getByRole('button', { name: /^Send to/ }).click();
      await page
        .getByRole('alertdialog')
        .getByRole('button', { name: /^Send to/ })
        .click();
      await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
      await expect.poll(() => page.getByLabel('Title in English').inputValue()).toBe('');
    }
    await ada.close();
  });

  const looks: [string, Look][] = [
    ['on a desk, light', {}],
    ['on a desk, dark, in Italian', { dark: true, language: 'it-IT' }],
    ['on a phone, dark', { dark: true, phone: true }],
    ['on a phone, light, in Italian', { phone: true, language: 'it-IT' }],
  ];
  test.each(looks)('is accessible and whole %s', async (_name, look) => {
    for (const [paths, withSession] of [
      [before, false],
      [signedIn, true],
    ] as const) {
      const person = await at(look, withSession);
      const page = await person.tab(paths[0]!);
      for (const path of paths) {
        await page.goto(gatehouse.url + path);
        await settle(page);
        await expectAccessible(page);
        await expectNoSideScroll(page);
        await expectDressed(page);
        const titles = await page.getByRole('heading', { level: 1 }).count();
        expect(titles, path).toBe(1);
        expect(await page.title(), path).toMatch(/Gatehouse$/);
      }
      expect(person.faults).toEqual([]);
      await person.close();
    }
  });

  test('asks for its data once: the browser repeats no query that the server has answered', async () => {
    const person = await at({}, true);
    const page = await person.tab('/profile');
    await settle(page);
    const asked: string[] = [];
    page.on('request', (request) => {
      if (!request.url().endsWith('/graphql')) return;
      const query = request.postData() ?? 'a socket';
      asked.push(`${new URL(page.url()).pathname}: ${query.slice(0, 60)}`);
    });
    for (const path of signedIn) {
      await page.goto(gatehouse.url + path);
      await settle(page);
    }
    expect(asked).toEqual([]);
    await person.close();
  });

  test('holds at 320 pixels, the width of 400 % zoom (WCAG 1.4.10)', async () => {
    const person = await at({ phone: true, language: 'it-IT' }, true);
    const page = await person.tab('/profile');
    await page.setViewportSize({ width: 320, height: 640 });
    for (const path of signedIn) {
      await page.goto(gatehouse.url + path);
      await settle(page);
      await expectNoSideScroll(page);
    }
    await person.close();
  });

  test('loads few files, and no more than it should', async () => {
    const weights: Record<string, { files: number; bytes: number }> = {};
    for (const [path, withSession] of [
      ['/sign-in', false],
      ['/profile', true],
      ['/notifications', true],
      ['/security', true],
      ['/admin/users', true],
    ] as const) {
      const person = await at({}, withSession);
      weights[path] = await scriptsOf(person, path);
      await person.close();
    }
    for (const [path, { files, bytes }] of Object.entries(weights)) {
      const told = `${path}: ${files} files, ${bytes} bytes`;
      expect(files, told).toBeLessThanOrEqual(path === '/sign-in' ? 12 : 30);
      expect(bytes, told).toBeLessThanOrEqual((path === '/sign-in' ? 57 : 140) * 1024);
    }
  });

  test('keeps what is pressed before its scripts have come, and does it then', async () => {
    const person = await at({}, true);
    const page = await person.context.newPage();
    let come = () => {};
    const came = new Promise<void>((resolve) => (come = resolve));
    await page.route('**/_app/immutable/**/*.js', async (route) => {
      await came;
      await route.continue();
    });
    await page.goto(`${gatehouse.url}/notifications`, { waitUntil: 'commit' });
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    await page.getByRole('link', { name: /^Notifications, \d+ unread$/ }).waitFor();
    come();
    await page.getByRole('link', { name: 'Notifications', exact: true }).waitFor();
    await person.close();
  });

  test('is not there for who may not see it', async () => {
    const stranger = await at({}, false);
    const page = await stranger.tab('/security');
    await page.waitForURL(/\/sign-in\?returnTo=%2Fsecurity/);
    const missing = await page.goto(`${gatehouse.url}/nowhere`);
    expect(missing?.status()).toBe(404);
    await expectAccessible(page);
    await stranger.close();
  });
});
