import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Gatehouse } from './gatehouse.ts';
import { expectAccessible, expectNoSideScroll, openBrowser, Person, setUpSite } from './person.ts';

let gatehouse: Gatehouse;
let browser: Browser;
let ada: Person;
let page: Page;
beforeAll(async () => {
  [gatehouse, browser] = await Promise.all([Gatehouse.make(), openBrowser()]);
  ada = await Person.at(browser, gatehouse.url);
  page = await setUpSite(ada, gatehouse, 'an engine of brass');
  // Something that is told; the mail goes into the folder of a site without a mail server.
  await page.evaluate(() =>
    fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        query: `mutation { setPreference(type: "account.activity", channel: EMAIL, enabled: false) { __typename } }`,
      }),
    }),
  );
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

/** What a mail server's answer leaves. */
const end = (status: string, reason: string, next: string) =>
  gatehouse.sql(`update delivery set status = '${status}', reason_text = '${reason}',
    next_attempt_at = ${next}, created_at = now() - interval '2 hours', sent_at = null`);

test('an alert stands in the activity with where it went and how that ended', async () => {
  await expect
    .poll(() => gatehouse.sql(`select 1 from delivery where status = 'SENT'`), { timeout: 20_000 })
    .toHaveLength(1);
  await page.goto(`${gatehouse.url}/activity`);
  const row = page.locator('li[data-kind="alerts.muted"]');
  await row.getByText(/^Mailed to a…@example\.org on /).waitFor();
  await end('FAILED', '550 5.1.1 no such mailbox', 'null');
  await page.reload();
  await row.getByText('Refused by a…@example.org: 550 5.1.1 no such mailbox').waitFor();
  await expectAccessible(page);
});

test('an address that refuses alerts is named on the security page, in full, with what to do', async () => {
  await page.goto(`${gatehouse.url}/security`);
  await page.getByText('Security alerts do not reach ada@example.org').waitFor();
  await page.getByText('550 5.1.1 no such mailbox').waitFor();
  expect(await page.getByRole('link', { name: 'Change the address' }).getAttribute('href')).toBe(
    '/profile',
  );
  await expectAccessible(page);
});

test('one that is late is named as late, on a phone in the dark as well', async () => {
  await end('RETRYING', '451 4.2.2 mailbox full', `now() + interval '1 hour'`);
  const phone = await Person.at(browser, gatehouse.url, { phone: true, dark: true });
  await phone.context.addCookies(await ada.context.cookies());
  const tab = await phone.tab('/security');
  await tab.getByText('Security alerts to ada@example.org are late').waitFor();
  await expectNoSideScroll(tab);
  await expectAccessible(tab);
  await tab.getByRole('link', { name: 'See the activity' }).click();
  await tab.waitForURL('**/activity');
  await tab.getByText(/^Not taken by a…@example\.org yet \(451/).waitFor();
  expect(phone.faults).toEqual([]);
  await phone.close();
  await end('SENT', '', 'null');
  await page.goto(`${gatehouse.url}/security`);
  await page.getByRole('heading', { name: 'Password' }).first().waitFor();
  expect(await page.getByText(/Security alerts (do not reach|to .+ are late)/).count()).toBe(0);
  expect(ada.faults).toEqual([]);
});

test('whoever doubts a mail learns what a true one is, and what is behind its reference once signed in', async () => {
  const [row] = (await gatehouse.sql(
    `select reference from activity where kind = 'alerts.muted'`,
  )) as { reference: string }[];
  const look = { phone: true, dark: true, language: 'it-IT' } as const;
  const phone = await Person.at(browser, gatehouse.url, look);
  let tab = await phone.tab('/sign-in');
  await tab.getByRole('link', { name: 'Hai ricevuto un’e-mail sospetta?' }).click();
  await tab.getByRole('heading', { name: 'Questa e-mail viene davvero da qui?' }).waitFor();
  await expectAccessible(tab);
  for (const width of [390, 320]) {
    await tab.setViewportSize({ width, height: 844 });
    await expectNoSideScroll(tab);
  }
  await tab.getByLabel('Riferimento nell’e-mail').fill('AAAA-AAAA');
  await tab.getByRole('button', { name: 'Accedi e verifica' }).click();
  // Nothing is said of it to nobody.
  await tab.waitForURL('**/sign-in?returnTo=%2Factivity%3Freference%3DAAAA-AAAA*');
  await phone.context.addCookies(await ada.context.cookies());
  await tab.goto(`${gatehouse.url}/activity?reference=AAAA-AAAA`);
  await tab.getByText('No, there is no such reference').waitFor();
  expect(phone.faults).toEqual([]);
  await phone.close();

  tab = await ada.tab('/check-mail');
  await tab.getByLabel('Reference in the mail').fill(row!.reference.toLowerCase());
  await tab.getByRole('button', { name: 'Check', exact: true }).click();
  await tab.getByText('Yes, this happened to your account').waitFor();
  await expectAccessible(tab);
  expect(ada.faults).toEqual([]);
});
