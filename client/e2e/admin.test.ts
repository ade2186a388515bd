import { generateSync } from 'otplib';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const adminPassword = 'an engine of brass';
const ownPassword = 'cards and more cards';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, adminPassword);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** The password field of a form, not the list of what it needs. */
const passwordField = (at: Page, name: RegExp) => at.getByRole('textbox', { name });
const card = (name: string) => page.getByRole('region', { name, exact: true });
const go = (path: string) => page.goto(gatehouse.url + path);
const said = (text: string) => page.getByText(text).first().waitFor();

async function signIn(at: Page, login: string, password: string): Promise<void> {
  await at.goto(`${gatehouse.url}/sign-in`);
  await at.getByLabel('Username or e-mail').fill(login);
  await passwordField(at, /^Password/).fill(password);
  await at.getByRole('button', { name: 'Sign in', exact: true }).click();
}

async function create(username: string, choose: (dialog: Locator) => Promise<void>): Promise<void> {
  await go('/admin/users');
  await page.getByRole('button', { name: 'Create user' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Username').fill(username);
  await dialog.getByLabel('E-mail').fill(`${username}@example.org`);
  await choose(dialog);
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await said(`${username} was created`);
}

/** What is shown once, as the person copies it. */
async function secretIn(dialog: Locator): Promise<string> {
  await dialog.getByRole('button', { name: 'Copy' }).first().click();
  await dialog.getByText('Copied').first().waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

describe('an administrator', () => {
  test('makes somebody who chooses a password by the mailed link', async () => {
    await create('charles', async () => {});
    await said('A link to choose a password was sent to charles@example.org.');
    const charles = await Person.at(browser, gatehouse.url);
    const welcome = await charles.tab(await gatehouse.linkTo('charles@example.org'));
    await passwordField(welcome, /password/i)
      .first()
      .fill(ownPassword);
    await welcome
      .getByRole('button', { name: /password/i })
      .last()
      .click();
    await welcome.waitForURL('**/sign-in**');
    await signIn(welcome, 'charles', ownPassword);
    await welcome.waitForURL('**/profile');
    expect((await welcome.goto(`${gatehouse.url}/admin/users`))?.status()).toBe(404);
    await charles.close();
  });

  test('finds people by what stands in the address', async () => {
    await create('dorothy', (dialog) => dialog.getByText('Give a one-time password').click());
    await go('/admin/users');
    await page.getByLabel('Search users').fill('charl');
    await page.waitForURL('**/admin/users?search=charl');
    await page.getByText('1 account').waitFor();
    await page.getByLabel('Role').selectOption('ADMIN');
    await page.waitForURL('**/admin/users?search=charl&role=ADMIN');
    await said('No account matches “charl”');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL('**/admin/users');
    await page.getByText('3 accounts').waitFor();
    await page.getByLabel('Order').selectOption('DISK_USED');
    await page.waitForURL('**/admin/users?sort=DISK_USED');
    await go('/admin/users?disabled=true');
    await said('No account fits these filters');
  });

  test('disables somebody at once, and takes it back', async () => {
    await go('/admin/users');
    await page.getByRole('link', { name: 'charles', exact: true }).click();
    await page.waitForURL('**/admin/users/charles');
    expect(await page.title()).toBe('charles · Gatehouse');
    await expectAccessible(page);
    const charles = await Person.at(browser, gatehouse.url);
    const his = await charles.tab('/sign-in');
    let heard = 0;
    his.on('websocket', (socket) => socket.on('framereceived', () => (heard += 1)));
    await signIn(his, 'charles', ownPassword);
    await his.waitForURL('**/profile');
    await expect.poll(() => heard, { timeout: 15_000 }).toBeGreaterThan(0);

    await page.getByRole('button', { name: 'Disable', exact: true }).click();
    await said('charles is disabled.');
    await his.getByText('Live updates have stopped').first().waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await said('charles is enabled.');
    await his.goto(`${gatehouse.url}/profile`);
    await his.waitForURL('**/sign-in**');
    await charles.close();
  });

  test('gives a one-time password, which is shown once', async () => {
    await go('/admin/users/charles');
    await card('Sign-in').getByRole('button', { name: 'Give a one-time password' }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Give a one-time password' })
      .click();
    const dialog = page.getByRole('dialog', { name: 'One-time password of charles' });
    await dialog.waitFor();
    await page.getByRole('alertdialog').waitFor({ state: 'hidden' });
    await expectAccessible(page);
    const oneTime = await secretIn(dialog);
    await dialog.getByRole('button', { name: 'Done' }).click();
    const charles = await Person.at(browser, gatehouse.url);
    const his = await charles.tab('/sign-in');
    await signIn(his, 'charles', oneTime);
    await his.getByRole('heading', { name: 'Choose a new password' }).waitFor();
    await charles.close();
  });

  test('gives permissions, of which only those appear', async () => {
    await go('/admin/users/dorothy');
    const rights = card('Role and permissions');
    await rights.getByText('Administrator', { exact: true }).click();
    await rights.getByLabel('Policy', { exact: true }).check();
    await expectAccessible(page);
    await rights.getByRole('button', { name: 'Save role and permissions' }).click();
    await said('Role and permissions of dorothy were saved.');
    await card('Sign-in').getByRole('button', { name: 'Give a one-time password' }).click();
    await page
      .getByRole('alertdialog')
      .getByRole('button', { name: 'Give a one-time password' })
      .click();
    const oneTime = await secretIn(page.getByRole('dialog', { name: /One-time password of/ }));

    const dorothy = await Person.at(browser, gatehouse.url);
    const hers = await dorothy.tab('/sign-in');
    await signIn(hers, 'dorothy', oneTime);
    await passwordField(hers, /^One-time password/).fill(oneTime);
    await passwordField(hers, /^New password/).fill(ownPassword);
    await hers.getByRole('button', { name: 'Change password' }).click();
    await hers.waitForURL('**/profile');
    const links = hers.getByRole('navigation', { name: 'Main' });
    await links.getByRole('link', { name: 'Policy' }).waitFor();
    expect(await links.getByRole('link', { name: 'Users' }).count()).toBe(0);
    for (const path of ['/admin/users', '/admin/users/ada', '/admin/invites']) {
      expect((await hers.goto(gatehouse.url + path))?.status()).toBe(404);
    }
    await dorothy.close();
  });

  test('cannot change himself, nor asks the page for what it cannot do', async () => {
    await go('/admin/users/ada');
    await said('This is your own account.');
    expect(await page.getByRole('button', { name: 'Disable' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: /one-time/ }).count()).toBe(0);
  });

  test('invites somebody, and takes it back', async () => {
    await go('/admin/invites');
    await said('Nobody is invited');
    await page.getByRole('button', { name: 'Invite somebody' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('E-mail').fill('eve@example.org');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Send invite' }).click();
    await said('An invite was sent to eve@example.org.');
    await page.getByRole('button', { name: 'Revoke the invite of eve@example.org' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
    await said('The invite of eve@example.org was revoked.');
    await said('Nobody is invited');
  });

  test('deletes somebody by typing the name', async () => {
    await create('frances', (dialog) => dialog.getByText('Give a one-time password').click());
    await go('/admin/users/frances');
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Delete frances?' });
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByText('This is not the username.').waitFor();
    await dialog.getByRole('textbox').fill('frances');
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.waitForURL('**/admin/users');
    await said('frances was deleted.');
    expect((await go('/admin/users/frances'))?.status()).toBe(404);
  });
});

describe('the policy', () => {
  test('shows what new rules would say of a password, and is in force once saved', async () => {
    await go('/admin/policy');
    const passwords = card('Passwords');
    await passwords.getByLabel('Shortest length').fill('8');
    await said('This is weaker than what is advised today');
    await passwords.getByLabel('Try a password').fill('cards cards');
    await said('These rules would take it.');
    await passwords.getByLabel('Shortest length').fill('20');
    await passwords.getByText('at least 20 characters').first().waitFor();
    await passwords.getByLabel('Ask for a digit').check();
    await expectAccessible(page);
    await passwords.getByRole('button', { name: 'Save: Passwords' }).click();
    await said('The policy was saved and is in force.');
    await go('/security#password');
    await page.getByRole('button', { name: 'Change password' }).first().click();
    await page.getByText('at least 20 characters').first().waitFor();
  });

  test('says at the field what is out of range', async () => {
    await go('/admin/policy');
    const sessions = card('Sessions');
    await sessions.getByLabel('Days in all').fill('900');
    await sessions.getByRole('button', { name: 'Save: Sessions' }).click();
    await sessions.getByText('Enter a whole number from 1 to 365.').first().waitFor();
  });

  test('is taken back by its toast', async () => {
    await go('/admin/policy');
    await card('Registration').getByText('Open', { exact: true }).click();
    await page.getByRole('button', { name: 'Save: Registration' }).click();
    await said('The policy was saved and is in force.');
    await page.getByRole('button', { name: 'Undo' }).click();
    await said('The policy is as it was.');
    await go('/admin/policy');
    await expect.poll(() => card('Registration').getByLabel('By invite').isChecked()).toBe(true);
  });

  test('that asks for a second factor lets an administrator add one, and on', async () => {
    await go('/admin/policy');
    await card('Administrators').getByLabel('Ask administrators for a second factor').check();
    await page.getByRole('button', { name: 'Save: Administrators' }).click();
    await said('The policy was saved and is in force.');
    await go('/admin/users');
    await page.waitForURL('**/second-factor');
    await page.getByRole('heading', { name: 'Add a second factor' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Set up an app' }).click();
    const dialog = page.getByRole('dialog');
    const key = await secretIn(dialog);
    await dialog.getByLabel('Code').fill(generateSync({ secret: key.replaceAll(' ', '') }));
    await dialog.getByRole('button', { name: 'Turn on' }).click();
    const codes = page.getByRole('dialog', { name: 'Save your recovery codes' });
    await codes.getByLabel('I saved them').check();
    await codes.getByRole('button', { name: 'Done' }).click();
    await page.waitForURL('**/profile');
    expect((await go('/admin/users'))?.status()).toBe(200);
  });
});

describe('every administrator’s page', () => {
  const looks = [
    { dark: true, language: 'it-IT' as const },
    { phone: true, dark: true },
    { phone: true, language: 'it-IT' as const },
  ];
  test.each(looks)('is whole and accessible, seen as %j', async (look) => {
    const other = await Person.at(browser, gatehouse.url, look);
    await other.context.addCookies(await ada.context.cookies());
    const seen = await other.tab('/admin/users');
    for (const path of [
      '/admin/users',
      '/admin/users/charles',
      '/admin/invites',
      '/admin/policy',
    ]) {
      await seen.goto(gatehouse.url + path);
      await seen.waitForLoadState('networkidle');
      await expectAccessible(seen);
      await expectNoSideScroll(seen);
      await seen.setViewportSize({ width: 320, height: 640 });
      await expectNoSideScroll(seen);
      await seen.setViewportSize(
        look.phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
      );
    }
    expect(other.faults).toEqual([]);
    await other.close();
  });

  test('broke nothing on the way', () => {
    expect(ada.faults.filter((fault) => !fault.includes('404'))).toEqual([]);
  });
});
