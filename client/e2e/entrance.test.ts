import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person } from './person.ts';
import type { Look } from './person.ts';

const first = 'an engine of brass';
const second = 'notes on the sketch';

let gatehouse: Gatehouse;
let browser: Browser;

beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  const admin = await Person.at(browser, gatehouse.url);
  const page = await admin.tab('/setup');
  await page.getByLabel('Set-up token').fill(gatehouse.setUpToken);
  await page.getByLabel('Username').fill('grace');
  await page.getByLabel('E-mail').fill('grace@example.org');
  await passwordField(page, /^Password/).fill(first);
  await page.getByRole('button', { name: 'Create administrator' }).click();
  await page.waitForURL('**/profile');
  await admin.close();
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const passwordField = (page: Page, name: RegExp) => page.getByRole('textbox', { name });
const registration = (mode: 'OPEN' | 'INVITE_ONLY' | 'CLOSED') =>
  gatehouse.sql(`update site set registration = '${mode}'`);

async function register(page: Page, username: string, email: string): Promise<void> {
  await page.getByLabel('Username').fill(username);
  await page.getByLabel('E-mail').fill(email);
  await passwordField(page, /^Password/).fill(first);
  await page.getByRole('button', { name: 'Create account' }).click();
}

async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel('Username or e-mail').fill(login);
  await passwordField(page, /^Password/).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

describe('a stranger', () => {
  test('is told that an invite is needed, or that nobody can register', async () => {
    const stranger = await Person.at(browser, gatehouse.url);
    const page = await stranger.tab('/register');
    await page.getByText('You need an invite').waitFor();
    await expectAccessible(page);
    await registration('CLOSED');
    await page.reload();
    await page.getByText('Registration is closed').waitFor();
    expect(await page.getByRole('button', { name: 'Create account' }).count()).toBe(0);
    await stranger.close();
  });

  test('registers, mends a mistyped address, and signs in after following the mailed link', async () => {
    await registration('OPEN');
    const ada = await Person.at(browser, gatehouse.url);
    const page = await ada.tab('/sign-in');
    await page.getByRole('link', { name: 'Create an account' }).click();
    await page.waitForURL('**/register');
    await register(page, 'grace', 'ada@example.og');
    await page.getByText('This username is taken').first().waitFor();
    await expectAccessible(page);
    await page.getByLabel('Username').fill('ada');
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByText('We sent a link to ada@example.og').waitFor();
    await expectAccessible(page);
    expect(await page.getByRole('button', { name: /^Send again in/ }).isVisible()).toBe(true);
    const wrong = await gatehouse.linkTo('ada@example.og');

    await page.getByRole('button', { name: 'Change address' }).click();
    expect(await page.getByLabel('Username').inputValue()).toBe('ada');
    await register(page, 'ada', 'ada@example.org');
    await page.getByText('We sent a link to ada@example.org').waitFor();
    const link = await gatehouse.linkTo('ada@example.org');

    await page.goto(gatehouse.url + wrong);
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText('This link is not valid any more').waitFor();
    expect(await page.getByText('One more click').isVisible()).toBe(false);
    await expectAccessible(page);

    // Following a link changes nothing; programs that read mails do it, too.
    for (let visit = 0; visit < 2; visit += 1) await page.goto(gatehouse.url + link);
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Confirm address' }).click();
    await page.getByText('Your address is confirmed').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to sign-in' }).click();
    await page.waitForURL('**/sign-in');
    await signIn(page, 'ada', first);
    await page.waitForURL('**/profile');
    await page.getByText('ada@example.org').first().waitFor();
    expect(ada.faults.filter((fault) => !/status of 400/.test(fault))).toEqual([]);
    await ada.close();
  });
});

describe('who forgot the password', () => {
  test('gets a link by mail, chooses a new one, and the old one is of no use', async () => {
    const ada = await Person.at(browser, gatehouse.url, { phone: true });
    const page = await ada.tab('/sign-in');
    await page.getByRole('link', { name: 'Forgot your password?' }).click();
    await page.waitForURL('**/forgot-password');
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('If an account has the address ada@example.org').waitFor();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    const link = await gatehouse.linkTo('ada@example.org');

    await page.goto(gatehouse.url + link);
    const intro = page.getByText('It signs you out everywhere');
    expect(await intro.isVisible()).toBe(true);
    const field = passwordField(page, /^New password/);
    await field.fill('brass');
    await page.getByText(/^(very )?weak$/).waitFor();
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('The password needs at least 12 characters.').waitFor();
    await field.fill(second);
    await page.getByText(/^(good|strong)$/).waitFor();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('All sessions were ended').waitFor();
    expect(await intro.isVisible()).toBe(false);
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Go to sign-in' }).first().click();
    await page.waitForURL('**/sign-in');
    await signIn(page, 'ada', first);
    await page.getByText('Wrong username or password.').first().waitFor();
    await signIn(page, 'ada', second);
    await page.waitForURL('**/profile');

    await page.goto(gatehouse.url + link);
    await field.fill('a third, for good measure');
    await page.getByRole('button', { name: 'Set password' }).click();
    await page.getByText('This link is not valid any more').waitFor();
    await expectAccessible(page);
    await page.getByRole('link', { name: 'Get a new link' }).click();
    await page.waitForURL('**/forgot-password');
    await ada.close();
  });

  test('is told the same for an address that nobody has', async () => {
    const stranger = await Person.at(browser, gatehouse.url);
    const page = await stranger.tab('/forgot-password');
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByRole('button', { name: 'Send link' }).click();
    await page.getByText('If an account has the address nobody@example.org').waitFor();
    await stranger.close();
  });
});

describe('without scripts', () => {
  test('one registers, confirms, signs in, and gets a new password', async () => {
    await registration('OPEN');
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'it-IT' });
    const page = await context.newPage();
    await page.goto(`${gatehouse.url}/register`);
    await page.getByLabel('Nome utente').fill('mary');
    await page.getByLabel('E-mail').fill('mary@example.org');
    await passwordField(page, /^Password/).fill('troppo');
    await page.getByRole('button', { name: 'Crea account' }).click();
    await page.getByText('Questa password è troppo corta.').waitFor();
    await passwordField(page, /^Password/).fill(first);
    await page.getByRole('button', { name: 'Crea account' }).click();
    await page.getByText('Abbiamo inviato un link a mary@example.org').waitFor();
    await page.goto(gatehouse.url + (await gatehouse.linkTo('mary@example.org')));
    await page.getByRole('button', { name: 'Conferma indirizzo' }).click();
    await page.getByText('Il tuo indirizzo è confermato').waitFor();

    await page.goto(`${gatehouse.url}/forgot-password`);
    await page.getByLabel('E-mail').fill('mary@example.org');
    await page.getByRole('button', { name: 'Invia link' }).click();
    await page.getByText('gli stiamo inviando un link').waitFor();
    await page.goto(gatehouse.url + (await gatehouse.linkTo('mary@example.org')));
    await passwordField(page, /^Nuova password/).fill(second);
    await page.getByRole('button', { name: 'Imposta password' }).click();
    await page.getByText('La nuova password è impostata').waitFor();
    await page.getByRole('link', { name: 'Vai all’accesso' }).first().click();
    await page.getByLabel('Nome utente o e-mail').fill('mary');
    await passwordField(page, /^Password/).fill(second);
    await page.getByRole('button', { name: 'Accedi', exact: true }).click();
    await page.waitForURL('**/profile');
    await context.close();
  });
});

describe('who comes to a page that is not for them', () => {
  test('is told to sign in first, and comes to what is to be done', async () => {
    const grace = await Person.at(browser, gatehouse.url);
    const page = await grace.tab('/second-factor');
    await page.getByText('Sign in to go on to the page you asked for.').waitFor();
    await expectAccessible(page);
    await signIn(page, 'grace', first);
    await page.waitForURL('**/security#two-factor');
    await page.goto(`${gatehouse.url}/change-password`);
    await page.waitForURL('**/security#password');
    // A page that is still there would lead to the sign-in by itself, with another reason.
    await page.goto('about:blank');
    await grace.context.clearCookies();
    await page.goto(`${gatehouse.url}/change-password`);
    await page.getByText('Sign in to go on to the page you asked for.').waitFor();
    await page.goto(`${gatehouse.url}/sign-in`);
    await page.getByLabel('Username or e-mail').waitFor();
    expect(await page.getByText('the page you asked for').count()).toBe(0);
    await grace.close();
  });

  test('is told that the site is set up, and where to go', async () => {
    const late = await Person.at(browser, gatehouse.url, { phone: true, language: 'it-IT' });
    const page = await late.tab('/setup');
    await page.getByText('Questo Gatehouse è già configurato').waitFor();
    await expectAccessible(page);
    await expectNoSideScroll(page);
    await page.getByRole('link', { name: 'Vai all’accesso' }).click();
    await page.waitForURL('**/sign-in');
    await late.close();
  });

  const ways: [path: string, way: string][] = [
    ['/verify-email', 'Send a new link'],
    ['/verify-notification-email', 'Go to the notification settings'],
    ['/verify-secondary-email', 'Go to the security page'],
    ['/export', 'Ask again'],
    ['/reset-password', 'Get a new link'],
    ['/welcome', 'Go to sign-in'],
  ];
  test.each(ways)('has a way on from %s without its token: %s', async (path, way) => {
    const stranger = await Person.at(browser, gatehouse.url);
    const page = await stranger.tab(path);
    await page.getByText('The address of this page lacks its token.').waitFor();
    const role = path === '/verify-email' ? 'button' : 'link';
    await page.getByRole(role, { name: way }).waitFor();
    expect(await page.getByText('One more click').count()).toBe(0);
    await expectAccessible(page);
    await stranger.close();
  });
});

describe('the pages before sign-in', () => {
  const paths = [
    '/register',
    '/register?invite=none',
    '/forgot-password',
    '/reset-password',
    '/reset-password?token=none',
    '/verify-email',
    '/verify-email?token=none',
    '/verify-secondary-email?token=none',
    '/welcome?token=none',
  ];
  const looks: [string, Look][] = [
    ['on a desk, light', {}],
    ['on a desk, dark, in Italian', { dark: true, language: 'it-IT' }],
    ['on a phone, dark', { dark: true, phone: true }],
    ['on a phone, light, in Italian', { phone: true, language: 'it-IT' }],
  ];
  test.each(looks)('are accessible and whole %s', async (_name, look) => {
    await registration('OPEN');
    const person = await Person.at(browser, gatehouse.url, look);
    const page = await person.tab(paths[0]!);
    for (const path of paths) {
      await page.goto(gatehouse.url + path);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await page.waitForLoadState('networkidle');
      await expectAccessible(page);
      await expectNoSideScroll(page);
      expect(await page.title(), path).toMatch(/Gatehouse$/);
    }
    if (look.phone) {
      await page.setViewportSize({ width: 320, height: 640 });
      for (const path of paths) {
        await page.goto(gatehouse.url + path);
        await expectNoSideScroll(page);
      }
    }
    expect(person.faults).toEqual([]);
    await person.close();
  });
});
