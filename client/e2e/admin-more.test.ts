import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
  await go('/admin/users');
  await page.getByRole('button', { name: 'Create user' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Username').fill('charles');
  await dialog.getByLabel('E-mail').fill('charles@example.org');
  await dialog.getByText('Give a one-time password').click();
  await dialog.getByRole('button', { name: 'Create user' }).click();
  await said('charles was created');
});
afterAll(async () => {
  await browser.close();
  await gatehouse.remove();
});

const card = (name: string) => page.getByRole('region', { name, exact: true });
const go = (path: string) => page.goto(gatehouse.url + path);
const said = (text: string | RegExp) => page.getByText(text).first().waitFor();
const permissions = (change: string) =>
  gatehouse.sql(`update account set permissions = ${change} where username = 'ada'`);

describe('limits of somebody', () => {
  test('are written as people write sizes', async () => {
    await go('/admin/users/charles');
    const limits = card('Limits');
    await limits.getByText('0 B, unlimited').waitFor();
    await limits.getByRole('button', { name: 'Change the limit of Disk space' }).click();
    const dialog = page.getByRole('dialog', { name: 'Limit: Disk space' });
    await dialog.getByLabel('Unlimited').uncheck();
    await dialog.getByLabel('At most').fill('much');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Write a size, for example 500 GB or 1.5 TiB.').first().waitFor();
    await dialog.getByLabel('At most').fill('1.5 TiB');
    await dialog.getByText('1.6 TB: 1,649,267,441,664 bytes').waitFor();
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await said('The limit was saved and is in force.');
    await limits.getByText('0 B of 1.6 TB used').waitFor();
    expect(await gatehouse.sql(`select most::text from usage_limit where key = 'disk'`)).toEqual([
      { most: '1649267441664' },
    ]);
  });

  test('below what is used already are warned of', async () => {
    await gatehouse.sql(`update usage_limit set used = 37200000000 where key = 'disk'`);
    await go('/admin/users/charles');
    await page.getByRole('button', { name: 'Change the limit of Disk space' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('At most').fill('20 GB');
    await dialog.getByText(/37\.2\sGB are in use already/).waitFor();
    await dialog.getByLabel('Unlimited').check();
    await dialog.getByText(/in use already/).waitFor({ state: 'hidden' });
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card('Limits').getByText('37.2 GB, unlimited').waitFor();
  });

  test('of a name of the site’s own are added', async () => {
    await card('Limits').getByRole('button', { name: 'Add a limit' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a limit' });
    await dialog.getByLabel('Name').fill('mailing_lists');
    await dialog.getByLabel('At most').fill('20');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await card('Limits').getByText('mailing lists').waitFor();
    await card('Limits').getByText('0 of 20 used').waitFor();
  });

  test('are to read only where one may not change the account', async () => {
    await go('/admin/users/ada');
    await card('Limits').getByText('Disk space').waitFor();
    expect(await card('Limits').getByRole('button').count()).toBe(0);
  });
});

describe('licenses of somebody', () => {
  test('are issued, and revoked by typing the product', async () => {
    await go('/admin/users/charles');
    const licenses = card('Licenses');
    await licenses.getByText('No license was issued to this account.').waitFor();
    await licenses.getByRole('button', { name: 'Issue a license' }).click();
    const dialog = page.getByRole('dialog', { name: 'Issue a license to charles' });
    await dialog.getByRole('button', { name: 'Issue a license' }).click();
    await dialog.getByText('Enter the product.').first().waitFor();
    await dialog.getByLabel('Product').fill('storage-pro');
    await expectAccessible(page);
    await dialog.getByRole('button', { name: 'Issue a license' }).click();
    await said('A license for storage-pro was issued.');
    await licenses.getByText('No API keys').waitFor();
    await licenses.getByRole('button', { name: 'Revoke the license for storage-pro' }).click();
    const ask = page.getByRole('alertdialog');
    await ask.getByRole('button', { name: 'Revoke' }).click();
    await ask.getByText('This is not the product.').waitFor();
    await ask.getByRole('textbox').fill('storage-pro');
    await ask.getByRole('button', { name: 'Revoke' }).click();
    await licenses.getByText('Revoked', { exact: true }).waitFor();
  });

  test('are not there for who does not issue them', async () => {
    await permissions(`array_remove(permissions, 'admin.licenses')`);
    await go('/admin/users/charles');
    await card('Limits').waitFor();
    expect(await card('Licenses').count()).toBe(0);
    await permissions(`array_append(permissions, 'admin.licenses')`);
  });
});

describe('deliveries', () => {
  const fail = (target: string) =>
    gatehouse.sql(`with failed as (
      insert into delivery (id, account_id, type, channel, target, status, created_at, attempts, reason_text)
      select gen_random_uuid(), id, 'admin.message', 'DISCORD', '${target}', 'FAILED', now(), 1,
        'Discord does not know this webhook any more.' from account where username = 'charles'
      returning id)
    insert into delivery_try (delivery_id, number, at, duration_ms, ok, status_code, error)
    select id, 1, now(), 210, false, 404, 'Unknown webhook' from failed`);

  test('say why, show each try, and go out again', async () => {
    await fail('discord.com/…/a1b2');
    await go('/admin/deliveries');
    await page.getByLabel('Status').selectOption('FAILED');
    await page.waitForURL('**/admin/deliveries?status=FAILED');
    await said('Discord does not know this webhook any more.');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'See 1 try to discord.com/…/a1b2' }).click();
    const tries = page.getByRole('dialog', { name: 'Tries to discord.com/…/a1b2' });
    await tries.getByText('Unknown webhook').waitFor();
    await tries.getByText('Answer 404').waitFor();
    await expectAccessible(page);
    await tries.getByRole('button', { name: 'Close' }).last().click();
    await page.getByRole('button', { name: 'Send again: discord.com/…/a1b2' }).click();
    await said('It is on its way again.');
  });

  test('are found by what stands in the address', async () => {
    await go('/admin/deliveries?channel=DISCORD');
    await page.getByLabel('Username').fill('charl');
    await page.waitForURL('**/admin/deliveries?channel=DISCORD&username=charl');
    await said('Nothing fits these filters');
    await page.getByLabel('Username').fill('charles');
    await said('Messages from the administrators');
    await page.getByRole('button', { name: 'Clear filters' }).click();
    await page.waitForURL('**/admin/deliveries');
  });

  test('that failed go out again together, and how many is told', async () => {
    await fail('discord.com/…/c3d4');
    await go('/admin/deliveries');
    const send = async () => {
      await page.getByRole('button', { name: 'Send failed again' }).click();
      const dialog = page.getByRole('alertdialog');
      await dialog.getByLabel('Channel').selectOption('DISCORD');
      await expectAccessible(page);
      await dialog.getByRole('button', { name: 'Send again' }).click();
      await dialog.waitFor({ state: 'hidden' });
    };
    await send();
    await said('1 delivery is on its way again.');
    await send();
    await said('Nothing had failed in that time.');
  });
});

describe('a message', () => {
  const told = (username: string) =>
    gatehouse.sql(`select m.texts->'EN'->>'title' as title from notification n
      join message m on m.id = n.message_id join account a on a.id = n.account_id
      where a.username = '${username}' and m.type = 'admin.message' order by m.id`);

  test('is seen as the inbox will show it, and warns when nobody wrote Italian', async () => {
    await go('/admin/broadcasts');
    await page.getByLabel('Title in English').fill('Tonight');
    await page.getByLabel('Text in English').fill('From 22:00.');
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByText('Tonight').first().waitFor();
    expect(await preview.getByText('Tonight').count()).toBe(2);
    await said('There is no Italian text');
    await page.getByText('Italian', { exact: true }).click();
    await page.getByLabel('Title in Italian').fill('Stasera');
    await preview.getByText('Stasera').waitFor();
    await page.getByText('There is no Italian text').waitFor({ state: 'hidden' });
    await expectAccessible(page);
  });

  test('is seen as each channel would send it, in both languages', async () => {
    const preview = page.getByRole('region', { name: 'Preview' });
    await preview.getByRole('tab', { name: 'E-mail' }).click();
    const mail = (title: string) => page.frameLocator(`iframe[title$="${title}"]`).locator('h1');
    await mail('Stasera').getByText('Stasera').waitFor();
    await mail('Tonight').getByText('Tonight').waitFor();
    // Not with the frames: axe would wait for ever in what runs nothing.
    await preview.getByRole('tab', { name: 'Webhook' }).click();
    await preview.getByText('"title": "Stasera"').waitFor();
    await expectAccessible(page);
  });

  test('is tried on oneself first, and nobody else hears of it', async () => {
    await page.getByRole('button', { name: 'Send a test to me' }).click();
    await said('The test is in your inbox.');
    expect(await told('ada')).toEqual([{ title: 'Tonight' }]);
    expect(await told('charles')).toEqual([]);
    expect(await page.getByLabel('Title in English').inputValue()).toBe('Tonight');
  });

  test('reaches the people one chose, and they alone', async () => {
    await page.getByText('Chosen people').click();
    await page.getByRole('button', { name: 'Send to 0 people' }).click();
    await page.getByText('Choose at least one person.').first().waitFor();
    await page.getByLabel('Find people').fill('char');
    await page.getByRole('button', { name: 'Add charles' }).click();
    await page.getByRole('button', { name: 'Remove charles' }).waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Send to 1 person' }).click();
    const ask = page.getByRole('alertdialog', { name: 'Send to 1 person?' });
    await ask.getByRole('button', { name: 'Send to 1 person' }).click();
    await said('Sent to 1 person.');
    expect(await told('charles')).toEqual([{ title: 'Tonight' }]);
    expect(await told('ada')).toHaveLength(1);
  });

  test('whose answer was lost is sent once, however often the button is pressed', async () => {
    await go('/admin/broadcasts');
    await page.getByLabel('Title in English').fill('Only once');
    await page.getByLabel('Text in English').fill('Whatever happens.');
    let lost = 0;
    await page.route('**/graphql', async (route) => {
      const isBroadcast = route.request().postData()?.includes('broadcast(input') ?? false;
      if (!isBroadcast || lost > 0) return route.fallback();
      lost += 1;
      await route.fetch();
      await route.abort();
    });
    const send = async () => {
      await page.getByRole('button', { name: 'Send to 2 people' }).first().click();
      await page.getByRole('alertdialog').getByRole('button', { name: 'Send to 2 people' }).click();
    };
    await send();
    await expect.poll(() => lost).toBe(1);
    await page.getByRole('alertdialog').getByRole('alert').getByText(/./).waitFor();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Cancel' }).click();
    await send();
    await said('Sent to 2 people.');
    await page.unroute('**/graphql');
    expect((await told('charles')).filter((one) => Object(one).title === 'Only once')).toHaveLength(
      1,
    );
  });

  test('without the permission to see users cannot be sent to chosen ones', async () => {
    await permissions(`array_remove(permissions, 'admin.users')`);
    await go('/admin/broadcasts');
    await page.getByLabel('Title in English').waitFor();
    expect(await page.getByText('Chosen people').count()).toBe(0);
    await permissions(`array_append(permissions, 'admin.users')`);
  });
});

describe('every one of these pages', () => {
  const looks = [
    { dark: true, language: 'it-IT' as const },
    { phone: true, dark: true },
    { phone: true, language: 'it-IT' as const },
  ];
  test.each(looks)('is whole and accessible, seen as %j', async (look) => {
    const other = await Person.at(browser, gatehouse.url, look);
    await other.context.addCookies(await ada.context.cookies());
    const locale = look.language ? 'IT' : 'EN';
    await gatehouse.sql(`update account set locale = '${locale}' where username = 'ada'`);
    const seen = await other.tab('/admin/deliveries');
    for (const path of ['/admin/deliveries', '/admin/users/charles', '/admin/broadcasts']) {
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
    const lostOnPurpose = /ERR_FAILED|Failed to fetch/;
    expect(ada.faults.filter((fault) => !lostOnPurpose.test(fault))).toEqual([]);
  });
});
