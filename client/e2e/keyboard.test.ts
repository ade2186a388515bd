import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { walk } from './keyboard.ts';
import { openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

const ask = (query: string) =>
  page.evaluate(async (body) => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/graphql', { method: 'POST', headers, body });
    const { errors } = (await answer.json()) as { errors?: unknown };
    if (errors) throw new Error(JSON.stringify(errors));
  }, JSON.stringify({ query }));

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
  // Something to stop at on each page.
  await ask(
    `mutation { createUser(input: { username: "grace", email: "grace@example.org", role: ADMIN }) { id }
      createInvite(input: { email: "joan@example.org" }) { id }
      putAlertRule(input: { metric: CPU, threshold: 99 }) { id }
      broadcast(input: { title: "Hello", body: "All of you." }) { id } }`,
  );
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

async function at(path: string): Promise<void> {
  await page.goto(gatehouse.url + path);
  await page.waitForLoadState('networkidle');
}

describe('with the keyboard alone', () => {
  test.each([
    '/profile',
    '/security',
    '/notifications',
    '/notification-settings',
    '/deliveries',
    '/limits',
    '/api-access',
    '/preferences',
    '/activity',
    '/support',
    '/admin/users',
    '/admin/users/grace',
    '/admin/invites',
    '/admin/audit',
    '/admin/policy',
    '/admin/alert-rules',
    '/admin/broadcasts',
    '/admin/deliveries',
  ])('everything on %s is reached, seen and marked', { timeout: 60_000 }, async (path) => {
    await at(path);
    const { count, ...wrong } = await walk(page);
    expect(count).toBeGreaterThan(5);
    expect(wrong).toEqual({ missed: [], unmarked: [], covered: [] });
  });

  test('a page that hides where the keys go, or keeps them off, would be noticed', async () => {
    await at('/admin/invites');
    await page.evaluate(() => {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync('* { outline: 0 !important; box-shadow: none !important; }');
      document.adoptedStyleSheets.push(sheet);
    });
    await page.evaluate(() => {
      document.addEventListener('focusin', ({ target }) => {
        const element = target as HTMLElement;
        if (element.textContent.trim() === 'Revoke') element.blur();
      });
    });
    const { unmarked, missed } = await walk(page);
    expect(unmarked.length).toBeGreaterThan(5);
    expect(missed).toContainEqual(expect.stringMatching(/revoke/i));
  });

  test.each([
    ['/admin/users', 'Create user'],
    ['/admin/users/grace', 'Edit profile'],
    ['/admin/users/grace', 'Delete'],
    ['/admin/invites', 'Invite somebody'],
    ['/admin/alert-rules', 'New rule'],
    ['/admin/deliveries', 'Send failed again'],
  ])('what %s asks after “%s” keeps the keys, and gives them back', async (path, name) => {
    await at(path);
    const opener = page.getByRole('button', { name, exact: true }).first();
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.locator('dialog[open]').first();
    await dialog.waitFor();
    const inside = () =>
      page.evaluate(() => Boolean(document.activeElement?.closest('dialog[open]')));
    await expect.poll(inside).toBe(true);
    for (let press = 0; press < 12; press += 1) {
      await page.keyboard.press('Tab');
      // A dialog of the browser lets go of the page at its ends, and never goes to what lies behind.
      const where = await page.evaluate(() => {
        const { activeElement: now, body } = document;
        return now === body || Boolean(now?.closest('dialog[open]'));
      });
      expect(where).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => opener.evaluate((one) => one === document.activeElement)).toBe(true);
  });

  test('an administrator makes an account without touching the mouse', async () => {
    await at('/admin/users');
    await page.getByRole('button', { name: 'Create user' }).first().focus();
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByLabel('Username').focus();
    await page.keyboard.type('mary');
    await page.keyboard.press('Tab');
    await page.keyboard.type('mary@example.org');
    await page.keyboard.press('Enter');
    await page.getByText('mary was created').first().waitFor();
  });
});
