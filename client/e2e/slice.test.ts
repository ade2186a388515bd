import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, openBrowser, Person } from './person.ts';

const adminPassword = 'an engine of brass';
const ownPassword = 'notes on the sketch';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let charles: Person;
let adminPage: Page;
let tabs: [Page, Page];
let secret = '';

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  charles = await Person.at(browser, gatehouse.url);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const bell = (page: Page) => page.getByRole('link', { name: /^Notifications/ });
const bellSays = async (page: Page, unread: number) => {
  const name = unread === 0 ? 'Notifications' : `Notifications, ${unread} unread`;
  await page.getByRole('link', { name, exact: true }).waitFor();
};
/** In the list, not in the toast that speaks of it. */
const row = (page: Page, title: string) => page.locator('li[data-id]').filter({ hasText: title });
const both = async (check: (page: Page) => Promise<void>) => {
  await Promise.all(tabs.map(check));
};

/** The password field of a form, not the list of what it needs. */
const passwordField = (page: Page, name: RegExp) => page.getByRole('textbox', { name });

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(login);
  await passwordField(page, /^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What is shown once, as the person copies it. */
async function secretIn(dialog: Locator): Promise<string> {
  await dialog.getByRole('button', { name: 'Copy' }).first().click();
  await dialog.getByText('Copied').first().waitFor();
  return dialog.page().evaluate(() => navigator.clipboard.readText());
}

/** Sensitive changes ask for the password when the last proof is some minutes old. */
async function confirmIfAsked(page: Page, password: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Confirm that it is you' });
  if (!(await dialog.isVisible().catch(() => false))) return;
  await dialog.getByRole('textbox').fill(password);
  await dialog.getByRole('button', { name: 'Confirm' }).click();
}

describe('from an empty folder to a bell that rings', () => {
  test('the first browser sees the set-up, and the printed token makes the administrator', async () => {
    adminPage = await ada.tab('/');
    await adminPage.waitForURL('**/setup');
    await adminPage.getByLabel('Set-up token').fill('not the token');
    await adminPage.getByLabel('Username').fill('ada');
    await adminPage.getByLabel('E-mail').fill('ada@example.org');
    await passwordField(adminPage, /^Password/).fill(adminPassword);
    await adminPage.getByRole('button', { name: 'Create administrator' }).click();
    await adminPage.getByText('This is not the token the server printed').first().waitFor();
    await expectAccessible(adminPage);

    await adminPage.getByLabel('Set-up token').fill(gatehouse.setUpToken);
    await adminPage.getByRole('button', { name: 'Create administrator' }).click();
    await adminPage.waitForURL('**/profile');
    await bell(adminPage).waitFor();
    await adminPage.getByRole('navigation').getByRole('link', { name: 'Security' }).waitFor();
  });

  test('the administrator makes a user, who signs in elsewhere and must choose a password', async () => {
    await adminPage.goto(`${gatehouse.url}/admin/users`);
    await adminPage.getByRole('button', { name: 'Create user' }).first().click();
    const dialog = adminPage.getByRole('dialog');
    await dialog.getByLabel('Username').fill('charles');
    await dialog.getByLabel('E-mail').fill('charles@example.org');
    await dialog.getByText('Give a one-time password').click();
    await expectAccessible(adminPage);
    await dialog.getByRole('button', { name: 'Create user' }).click();
    await adminPage.getByText('charles was created').first().waitFor();
    const oneTime = await secretIn(adminPage.getByRole('dialog'));

    const page = await charles.tab('/');
    await page.waitForURL('**/sign-in**');
    await signIn(page, 'charles', 'not his password');
    await page.getByText('Wrong username or password.').first().waitFor();
    await expectAccessible(page);
    await signIn(page, 'charles@example.org', oneTime);
    await page.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await expectAccessible(page);
    await passwordField(page, /^One-time password/).fill(oneTime);
    await passwordField(page, /^New password/).fill(ownPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.waitForURL('**/profile');
    await page.goto(`${gatehouse.url}/notifications`);
    // That his password is another one was told him, too: from here on only what is to come counts.
    await page.getByRole('button', { name: 'Mark all as read' }).click();
    tabs = [page, await charles.tab('/profile')];
    await both((tab) => bellSays(tab, 0));
    const cookies = await charles.context.cookies();
    expect(cookies.find(({ name }) => name === 'gatehouse')).toMatchObject({
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
    });
  });

  test('a broadcast rings the bell in both tabs and stands in the open centre, without a reload', async () => {
    await adminPage.goto(`${gatehouse.url}/admin/broadcasts`);
    await adminPage.getByLabel('Title in English').fill('Maintenance tonight');
    await adminPage.getByLabel('Text in English').fill('From ten to eleven.');
    await adminPage.getByRole('button', { name: 'Send to 2 people' }).click();
    const confirm = adminPage.getByRole('alertdialog', { name: 'Send to 2 people?' });
    await confirm.getByRole('button', { name: 'Send to 2 people' }).click();
    await row(tabs[0], 'Maintenance tonight').waitFor();
    await both((tab) => bellSays(tab, 1));
    await adminPage.getByText('Read by 0 of 2').waitFor();
  });

  test('read, unread, dismiss with undo and mark all read show at once in both tabs', async () => {
    await tabs[1].goto(`${gatehouse.url}/notifications`);
    await both((tab) => row(tab, 'Maintenance tonight').waitFor());
    const [first, second] = tabs;
    const act = async (page: Page, name: string) => {
      await row(page, 'Maintenance tonight').hover();
      await row(page, 'Maintenance tonight').getByRole('button', { name }).first().click();
    };
    await act(first, 'Mark as read');
    await both((tab) => bellSays(tab, 0));
    await act(second, 'Mark as unread');
    await both((tab) => bellSays(tab, 1));
    await act(first, 'Dismiss');
    await both((tab) => row(tab, 'Maintenance tonight').waitFor({ state: 'detached' }));
    await both((tab) => bellSays(tab, 0));
    const toast = first.getByRole('listitem').filter({ hasText: 'Dismissed: Maintenance tonight' });
    await toast.getByRole('button', { name: 'Undo' }).click();
    await both((tab) => row(tab, 'Maintenance tonight').waitFor());
    await both((tab) => bellSays(tab, 1));
    await second.getByRole('button', { name: 'Mark all as read' }).click();
    await both((tab) => bellSays(tab, 0));
    await expectAccessible(first);
  });

  test('an access token lets a program tell of real events, and the same key tells once', async () => {
    await adminPage.goto(`${gatehouse.url}/api-access`);
    await adminPage.getByRole('switch', { name: 'API access' }).click();
    await confirmIfAsked(adminPage, adminPassword);
    await adminPage.getByRole('button', { name: 'Create token' }).first().click();
    const dialog = adminPage.getByRole('dialog');
    await dialog.getByLabel('Name').fill('host daemon');
    await dialog.getByLabel('Send events to people of this site').check();
    await dialog.getByRole('button', { name: 'Create token' }).click();
    secret = await secretIn(adminPage.getByRole('dialog'));
    await expectAccessible(adminPage);

    const emit =
      'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { duplicate recipients } }';
    const installed = {
      key: 'install-plex-1',
      type: 'system.application_installed',
      username: 'charles',
      data: { application: 'Plex' },
    };
    const first = await gatehouse.graphql(emit, { input: installed }, secret);
    expect(first).toEqual({ data: { emitEvent: { duplicate: false, recipients: 1 } } });
    const again = await gatehouse.graphql(emit, { input: installed }, secret);
    expect(again).toEqual({ data: { emitEvent: { duplicate: true, recipients: 1 } } });
    const update = {
      key: 'update-plex-1.41',
      type: 'system.update_available',
      username: 'charles',
      data: { application: 'Plex', version: '1.41' },
    };
    await gatehouse.graphql(emit, { input: update }, secret);
    await both((tab) => row(tab, 'Update for Plex').waitFor());
    await both((tab) => bellSays(tab, 2));
    expect(await row(tabs[0], 'Plex is installed').count()).toBe(1);
    const refused = await gatehouse.graphql('{ me { email } }', {}, secret);
    expect(refused.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  test('after Ctrl-C and a new start all is still there, and open pages find their way back', async () => {
    expect(await gatehouse.stop('SIGINT')).toBe(0);
    await gatehouse.start();
    expect(gatehouse.output).not.toMatch(/set-up token/);
    await tabs[1].reload();
    await both((tab) => bellSays(tab, 2));
    await row(tabs[1], 'Maintenance tonight').waitFor();
  });

  test('after kill -9 of the server, and then of PostgreSQL, the same', async () => {
    await gatehouse.stop('SIGKILL');
    await gatehouse.start();
    await tabs[1].reload();
    await bellSays(tabs[1], 2);

    await gatehouse.killPostgres();
    // Its connections notice only when they next say something: a page asked for in between is a 503, to be asked for again.
    await expect
      .poll(async () => (await tabs[1].reload())?.status(), { timeout: 30_000, interval: 200 })
      .toBe(200);
    await row(tabs[1], 'Update for Plex').waitFor();
    const emit = 'mutation ($input: EmitEventInput!) { emitEvent(input: $input) { recipients } }';
    const input = {
      key: 'after-the-crash',
      type: 'admin.message',
      username: 'charles',
      title: 'Back',
    };
    await expect
      .poll(async () => (await gatehouse.graphql(emit, { input }, secret)).data, {
        timeout: 15_000,
      })
      .toEqual({ emitEvent: { recipients: 1 } });
    await both((tab) => row(tab, 'Back').waitFor({ timeout: 20_000 }));
  });

  test('signing out in one tab ends the other within a moment, and says why', async () => {
    const [first, second] = tabs;
    await first
      .getByRole('button', { name: /charles/ })
      .first()
      .click();
    await first.getByRole('button', { name: 'Sign out' }).click();
    for (const page of [first, second]) {
      await expect.poll(() => page.url(), { timeout: 10_000 }).toMatch(/\/sign-in/);
    }
    await second.getByText('Your session has ended').first().waitFor();
  });
});
