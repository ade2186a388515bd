import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

const password = 'an engine of brass';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url, { phone: true });
  page = await setUpSite(ada, gatehouse, password);
  await gatehouse.sql(`update site set registration = 'OPEN'`);
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const passwordField = (name: RegExp) => page.getByRole('textbox', { name });
async function signIn(typed: string): Promise<void> {
  await page.goto(`${gatehouse.url}/sign-in`);
  await page.getByLabel('Username or e-mail').fill('ada');
  await passwordField(/^Password/).fill(typed);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

test('who is signed in is told so on the pages for others, and may stay', async () => {
  for (const path of ['/forgot-password', '/reset-password?token=none', '/welcome?token=none']) {
    await page.goto(gatehouse.url + path);
    await page.getByText('Signed in as ada').waitFor();
    expect(await page.locator('form').count()).toBe(1);
    await expectAccessible(page);
    await expectNoSideScroll(page);
  }
  await page.goto(`${gatehouse.url}/register?invite=none`);
  await page.getByText('Signed in as ada').waitFor();
  expect(await page.locator('form').count()).toBe(0);
  await expectAccessible(page);
  await page.getByRole('link', { name: 'Go to your profile' }).click();
  await page.waitForURL('**/profile');
  await page.goto(`${gatehouse.url}/sign-in`);
  await page.waitForURL('**/profile');
});

test('who signs out there comes to the same page as nobody', async () => {
  await page.goto(`${gatehouse.url}/register?invite=none`);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Create account' }).waitFor();
  expect(page.url()).toBe(`${gatehouse.url}/register?invite=none`);
  expect(await page.getByText('Signed in as').count()).toBe(0);
});

test('a tab that shows one person’s pages shows the other’s once that one signs in beside it', async () => {
  await page.goto(`${gatehouse.url}/register`);
  await page.getByLabel('Username').fill('grace');
  await page.getByLabel('E-mail').fill('grace@example.org');
  await passwordField(/^Password/).fill(password);
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.goto(gatehouse.url + (await gatehouse.linkTo('grace@example.org')));
  await page.getByRole('button', { name: 'Confirm address' }).click();
  await page.getByText('Your address is confirmed').waitFor();
  const beside = await ada.tab('/sign-in');
  await signIn(password);
  await page.waitForURL('**/profile');
  await page.getByText('ada@example.org').first().waitFor();
  await beside.getByLabel('Username or e-mail').fill('grace');
  await beside.getByRole('textbox', { name: /^Password/ }).fill(password);
  await beside.getByRole('button', { name: 'Sign in', exact: true }).click();
  await beside.waitForURL('**/profile');
  await page.getByText('grace@example.org').first().waitFor();
  expect(await page.getByText('ada@example.org').count()).toBe(0);
  await beside.close();
  await ada.context.clearCookies();
});

test('who sets the password of another account signs out before using it', async () => {
  await signIn(password);
  await page.waitForURL('**/profile');
  await page.evaluate(async () => {
    const query =
      'mutation { createUser(input: { username: "joan", email: "joan@example.org" }) { id } }';
    const headers = { 'content-type': 'application/json' };
    await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) });
  });
  await page.goto(gatehouse.url + (await gatehouse.linkTo('joan@example.org')));
  await passwordField(/^New password/).fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('Your password is set. Sign in with it.').waitFor();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForURL('**/sign-in?reason=password-set');
});

test('a reset of one’s own password ends the session, and nobody is signed in any more', async () => {
  await signIn(password);
  await page.waitForURL('**/profile');
  await gatehouse.sql('update account set email_verified = true');
  await page.goto(`${gatehouse.url}/forgot-password`);
  await page.getByLabel('E-mail').fill('ada@example.org');
  await page.getByRole('button', { name: 'Send link' }).click();
  await page.goto(gatehouse.url + (await gatehouse.linkTo('ada@example.org')));
  await page.getByText('Signed in as ada').waitFor();
  await passwordField(/^New password/).fill(`${password}!`);
  await page.getByRole('button', { name: 'Set password' }).click();
  await page.getByText('Your new password is set').waitFor();
  await page.getByText('Signed in as ada').waitFor({ state: 'detached' });
});

test('who must choose a password, and whose session ended meanwhile, is led to sign in', async () => {
  await gatehouse.sql(`update password set one_time_until = now() + interval '1 day'`);
  await signIn(`${password}!`);
  await page.waitForURL('**/change-password');
  await passwordField(/^One-time password/).fill(`${password}!`);
  await passwordField(/^New password/).fill('a moth in a relay');
  await gatehouse.sql('delete from session');
  await page.getByRole('button', { name: 'Change password' }).click();
  await page.getByText('Your session has ended.').waitFor();
  await expectAccessible(page);
});
