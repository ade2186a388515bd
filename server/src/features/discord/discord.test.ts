import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { botToken, openDiscord } from '../../../test/discord.js';
import type { FakeDiscord } from '../../../test/discord.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Destinations } from '../delivery/destinations.js';

const token = 'aF3dE9_a-token-of-sixty-characters-and-more-which-is-secret-a1b2';
const other = 'bG4eF0_another-token-of-sixty-characters-or-more-secret-c3d4';

let discord: FakeDiscord;
let app: TestApp;
let ada: Viewer;
beforeAll(async () => {
  discord = await openDiscord();
  app = await createTestApp({ DISCORD_API_URL: discord.apiUrl, DISCORD_BOT_TOKEN: botToken });
});
beforeEach(async () => {
  discord.always = null;
  discord.webhooks.set('80351110224678912', token).set('80351110224678913', other);
  discord.users.set('53908232506183680', 'open');
  ada = await app.signedIn();
});
afterAll(async () => {
  await app.close();
  await discord.close();
});

const shown = 'discordWebhook discordUserId';
const setWebhook = (url: string | null, viewer = ada) =>
  app.graphql(
    `mutation ($url: URL) { setDiscordWebhook(url: $url) { ${shown} } }`,
    { url },
    viewer,
  );
const setUser = (userId: string | null, viewer = ada) =>
  app.graphql(
    `mutation ($userId: String) { setDiscordUser(userId: $userId) { ${shown} } }`,
    { userId },
    viewer,
  );
const settings = async (viewer = ada) => {
  const { data } = await app.graphql(`{ me { notificationSettings { ${shown} } } }`, {}, viewer);
  return (data as { me: { notificationSettings: unknown } }).me.notificationSettings;
};
const run = <Row>(sql: string, parameters: unknown[] = []) =>
  app.unit(() => app.kernel.database.query<Row>(sql, parameters));
const handed = (viewer = ada) =>
  app.unit(async () => {
    const all = await app.get(Destinations).listOpen(viewer.accountId!, 'DISCORD');
    return all.map(({ value }) => value);
  });
const told = (viewer = ada) =>
  run(
    `select details from activity where account_id = $1 and kind = 'channel.discord_changed' order by id`,
    [viewer.accountId],
  );

describe('a Discord webhook', () => {
  test('is kept as id and token, sealed, and shown masked', async () => {
    const { data } = await setWebhook(discord.webhookUrl('80351110224678912'));
    expect(data).toEqual({
      setDiscordWebhook: { discordWebhook: 'discord.com/…/a1b2', discordUserId: null },
    });
    expect(await handed()).toEqual([{ kind: 'webhook', id: '80351110224678912', token }]);
    const rows = await run('select * from destination where account_id = $1', [ada.accountId]);
    expect(JSON.stringify(rows)).not.toContain(token.slice(0, 20));
    expect(JSON.stringify(rows)).not.toContain('80351110224678912');
    expect(await told()).toEqual([{ details: { kind: 'webhook', target: 'discord.com/…/a1b2' } }]);
    // Discord was asked, and nobody was written to.
    expect(discord.received.at(-1)).toMatchObject({ method: 'GET' });
    expect(discord.posted).toEqual([]);
  });

  test.each([
    'https://discord.com/api/webhooks/80351110224678912/',
    'https://ptb.discord.com/api/v10/webhooks/80351110224678912/',
    'https://canary.discord.com/api/webhooks/80351110224678912/',
    'https://discordapp.com/api/v9/webhooks/80351110224678912/',
  ])('is taken from %s, and asked about where the site is told to', async (address) => {
    expect((await setWebhook(address + token)).errors).toBeUndefined();
    expect(discord.received.at(-1)!.path).toBe(`/api/v10/webhooks/80351110224678912/${token}`);
  });

  test.each([
    `https://discord.com.evil.example/api/webhooks/80351110224678912/${token}`,
    `https://evil.example/api/webhooks/80351110224678912/${token}`,
    `https://x.discord.com/api/webhooks/80351110224678912/${token}`,
    `https://discord.com:8443/api/webhooks/80351110224678912/${token}`,
    `http://discord.com/api/webhooks/80351110224678912/${token}`,
    `https://ada:pw@discord.com/api/webhooks/80351110224678912/${token}`,
    `https://discord.com/api/webhooks/80351110224678912/${token}/slack`,
    `https://discord.com/api/webhooks/../users/@me/80351110224678912/${token}`,
    `https://discord.com/api/webhooks/80351110224678912/%2e%2e%2f${token}`,
    'https://discord.com/api/webhooks/80351110224678912',
    'https://discord.com/channels/1/2',
    'http://127.0.0.1:1/api/webhooks/80351110224678912/token',
    'nonsense',
    '',
  ])('is not %s, and Discord is not asked', async (url) => {
    const before = discord.received.length;
    expect(refusalOf(await setWebhook(url))).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'url',
    });
    expect(discord.received).toHaveLength(before);
    expect(await handed()).toEqual([]);
  });

  test('that Discord does not know leaves the one in force', async () => {
    await setWebhook(discord.webhookUrl('80351110224678912'));
    const wrong = `https://discord.com/api/webhooks/80351110224678912/guessed-token`;
    expect(refusalOf(await setWebhook(wrong))).toEqual({
      code: 'BAD_USER_INPUT',
      field: 'url',
      issues: ['discord.webhookGone'],
    });
    expect(await settings()).toMatchObject({ discordWebhook: 'discord.com/…/a1b2' });
    expect(await told()).toHaveLength(1);
  });

  test('that Discord cannot be asked about replaces none, and is better than none', async () => {
    discord.always = { status: 503, body: '{}' };
    const second = discord.webhookUrl('80351110224678913');
    expect((await setWebhook(second)).errors).toBeUndefined();
    const first = discord.webhookUrl('80351110224678912');
    expect(refusalOf(await setWebhook(first))).toMatchObject({
      code: 'UNAVAILABLE',
      issues: ['kept'],
    });
    expect(await settings()).toMatchObject({ discordWebhook: 'discord.com/…/c3d4' });
    discord.always = null;
    expect((await setWebhook(first)).errors).toBeUndefined();
    expect(await handed()).toHaveLength(1);
  });

  test('is removed by null, once', async () => {
    await setWebhook(discord.webhookUrl('80351110224678912'));
    const { data } = await setWebhook(null);
    expect(data).toMatchObject({ setDiscordWebhook: { discordWebhook: null } });
    await setWebhook(null);
    expect((await told()).at(-1)).toEqual({ details: { kind: 'webhook', target: null } });
    expect(await told()).toHaveLength(2);
  });
});

describe('the site’s bot', () => {
  test('writes to whom Discord knows, after the webhook where both are set', async () => {
    const { data } = await setUser('53908232506183680');
    expect(data).toMatchObject({ setDiscordUser: { discordUserId: '53908232506183680' } });
    await setWebhook(discord.webhookUrl('80351110224678912'));
    expect(await handed()).toEqual([
      { kind: 'webhook', id: '80351110224678912', token },
      { kind: 'user', userId: '53908232506183680' },
    ]);
    expect(discord.posted).toEqual([]);
    await setUser(null);
    expect(await settings()).toEqual({
      discordWebhook: 'discord.com/…/a1b2',
      discordUserId: null,
    });
  });

  test.each(['', 'ada', '12', '0123456789', '-53908232506183680', '5390823250618368012345'])(
    'writes to no %j',
    async (userId) => {
      const refusal = { code: 'BAD_USER_INPUT', field: 'userId', issues: ['discord.userForm'] };
      expect(refusalOf(await setUser(userId))).toEqual(refusal);
    },
  );

  test('writes to nobody whom Discord does not know', async () => {
    const refusal = { code: 'BAD_USER_INPUT', field: 'userId', issues: ['discord.unknownUser'] };
    expect(refusalOf(await setUser('424242424242424242'))).toEqual(refusal);
    expect(await handed()).toEqual([]);
  });

  test('is there only where the site has one; webhooks are there all the same', async () => {
    const plain = await createTestApp({ DISCORD_API_URL: discord.apiUrl });
    const eve = await plain.signedIn();
    const ask = (document: string) => plain.graphql(document, {}, eve);
    const user = await ask(
      'mutation { setDiscordUser(userId: "53908232506183680") { __typename } }',
    );
    expect(refusalOf(user)).toEqual({ code: 'NOT_CONFIGURED', issues: ['discord.noBotHere'] });
    const removed = await ask('mutation { setDiscordUser(userId: null) { discordUserId } }');
    expect(removed.errors).toBeUndefined();
    expect((await ask('{ site { channels } }')).data).toEqual({
      site: { channels: ['IN_APP', 'EMAIL', 'DISCORD', 'WEBHOOK'] },
    });
    await plain.close();
  });
});
