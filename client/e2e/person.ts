import AxeBuilder from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { expect } from 'vitest';

const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
export const standards = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: flags,
  });
}

export interface Look {
  readonly language?: 'en-GB' | 'it-IT';
  readonly dark?: boolean;
  readonly phone?: boolean;
}

/** Somebody at a browser of their own. Faults of the page (console errors, refused requests) are kept. */
export class Person {
  readonly faults: string[] = [];
  readonly pages: Page[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly url: string,
  ) {}

  static async at(browser: Browser, url: string, look: Look = {}): Promise<Person> {
    const context = await browser.newContext({
      locale: look.language ?? 'en-GB',
      timezoneId: 'Europe/Rome',
      colorScheme: look.dark ? 'dark' : 'light',
      viewport: look.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      hasTouch: look.phone ?? false,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return new Person(context, url);
  }

  /** Another tab of the same browser. */
  async tab(path: string): Promise<Page> {
    const page = await this.context.newPage();
    page.setDefaultTimeout(15_000);
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.faults.push(message.text());
    });
    this.pages.push(page);
    waitsUntilAwake(page);
    await page.goto(this.url + path);
    return page;
  }

  async close(): Promise<void> {
    await this.context.close();
  }
}

/** On a busy machine a page is seen long before its scripts run: who goes to one waits until it answers. */
function waitsUntilAwake(page: Page): void {
  const awake = () =>
    page.waitForFunction(
      () =>
        !document.body.hasAttribute('data-sveltekit-preload-data') ||
        'awake' in document.documentElement.dataset,
    );
  const goto = page.goto.bind(page);
  const reload = page.reload.bind(page);
  page.goto = async (...args) => {
    const response = await goto(...args);
    await awake();
    return response;
  };
  page.reload = async (...args) => {
    const response = await reload(...args);
    await awake();
    return response;
  };
}

/** WCAG 2.2 AA and axe's best practices, on the page as it stands. */
export async function expectAccessible(page: Page): Promise<void> {
  // A dialog on its way in is paler than it will be.
  await page.evaluate(async () => {
    const moving = document
      .getAnimations()
      .filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
    await Promise.allSettled(moving.map((one) => one.finished));
  });
  const { violations } = await new AxeBuilder({ page }).withTags(standards).analyze();
  const told = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`,
  );
  expect(told, page.url()).toEqual([]);
}

/** Nothing hangs over the right edge. */
export async function expectNoSideScroll(page: Page): Promise<void> {
  const over = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(over, page.url()).toBeLessThanOrEqual(0);
}

/** The first person of a site: sets it up with the printed token. @returns the profile, signed in */
export async function setUpSite(
  ada: Person,
  site: { readonly setUpToken: string },
  password: string,
): Promise<Page> {
  const page = await ada.tab('/setup');
  await page.getByLabel('Set-up token').fill(site.setUpToken);
  await page.getByLabel('Username').fill('ada');
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByRole('textbox', { name: /^Password/ }).fill(password);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.waitForURL('**/profile');
  return page;
}
