import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, settingNames } from './config.js';
import { SettingsError } from './config/settings-error.js';

const folder = mkdtempSync(join(tmpdir(), 'gatehouse-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const key = (fill: number) => Buffer.alloc(32, fill).toString('base64');
const sshKey = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const read = (env: NodeJS.ProcessEnv) => readConfig(env, { envFile: false });

function failure(
  env: NodeJS.ProcessEnv,
  options: { envFile: string | false } = { envFile: false },
) {
  try {
    readConfig(env, options);
  } catch (error) {
    if (error instanceof SettingsError) return error;
    throw error;
  }
  throw new Error('the settings were taken');
}

describe('without any setting', () => {
  it('Gatehouse starts on this machine alone', () => {
    expect(read({})).toMatchObject({
      production: false,
      host: '127.0.0.1',
      port: 3000,
      publicUrl: 'http://localhost:3000',
      cookie: { name: 'gatehouse', secure: false },
      dataDir: resolve('data'),
      databaseUrl: null,
      secretKeys: null,
      siteName: 'Gatehouse',
      mailFrom: 'notifications@localhost',
      securityMailFrom: 'security@localhost',
      trustedProxies: [],
      allowedOrigins: [],
      outboundAllow: [],
      discord: { apiUrl: 'https://discord.com/api/v10', botToken: null },
      logLevel: 'info',
      worker: true,
    });
  });

  it('an empty variable counts as none', () => {
    const empty = Object.fromEntries(settingNames.map((name) => [name, ' ']));
    expect(read(empty)).toEqual(read({}));
  });
});

describe('settings', () => {
  it('follow the port and the public address', () => {
    expect(read({ PORT: '8080' }).publicUrl).toBe('http://localhost:8080');
    const config = read({ PUBLIC_URL: 'https://Account.Example.org/', NODE_ENV: 'production' });
    expect(config).toMatchObject({
      production: true,
      publicUrl: 'https://account.example.org',
      cookie: { name: '__Host-gatehouse', secure: true },
      mailFrom: 'notifications@account.example.org',
      securityMailFrom: 'security@account.example.org',
    });
    expect(read({ PUBLIC_URL: 'http://[::1]:3000' }).mailFrom).toBe('notifications@[IPv6:::1]');
    expect(read({ PUBLIC_URL: 'http://127.0.0.1' }).mailFrom).toBe('notifications@[127.0.0.1]');
  });

  it('of lists are kept in canonical form, each entry once', () => {
    const config = read({
      TRUSTED_PROXIES: '127.0.0.1, 10.1.2.3/8,,::1',
      OUTBOUND_ALLOW: '::ffff:192.168.1.20',
      ALLOWED_ORIGINS:
        'https://panel.example.org/ ,https://PANEL.example.org:443,http://localhost:5173',
    });
    expect(config.trustedProxies.map(({ text }) => text)).toEqual([
      '127.0.0.1/32',
      '10.0.0.0/8',
      '::1/128',
    ]);
    expect(config.outboundAllow.map(({ text }) => text)).toEqual(['192.168.1.20/32']);
    expect(config.allowedOrigins).toEqual(['https://panel.example.org', 'http://localhost:5173']);
  });

  it('cannot be changed afterwards', () => {
    const config = read({ TRUSTED_PROXIES: '127.0.0.1', SECRET_KEY: key(1) });
    expect(Object.isFrozen(config)).toBe(true);
    for (const part of [config.cookie, config.trustedProxies, config.secretKeys, config.support]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('give several keys, the newest first', () => {
    const config = read({ SECRET_KEY: `${key(2)}, ${key(1)}`, DATABASE_URL: 'postgres://db/x' });
    expect(config.secretKeys).toEqual([Buffer.alloc(32, 2), Buffer.alloc(32, 1)]);
  });

  it.each([
    ['PORT', '0'],
    ['HOST', '::'],
    ['HOST', '[::1]'],
    ['HOST', 'server-1.lan'],
    ['WORKER', 'False'],
    ['SMTP_URL', 'smtp://user:p%40ss@mail.example.org:587'],
    ['REDIS_URL', 'rediss://:pw@cache:6380/1'],
    ['DATABASE_URL', 'postgresql:///gatehouse?host=/var/run/postgresql'],
    ['SIGNAL_SENDER', '+390612345678'],
    ['SUPPORT_PUBLIC_KEY', sshKey],
    ['SUPPORT_PUBLIC_KEY', `${sshKey} support@example.org, the ssh-team`],
    ['STORAGE_ROOT', tmpdir()],
    ['LOG_LEVEL', 'silent'],
    ['NODE_ENV', 'production'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://localhost:4318/v1'],
    ['GATEHOUSE_SOMETHING', 'x'],
  ])('take %s=%s', (name, value) => {
    expect(() => read({ SECRET_KEY: key(1), [name]: value })).not.toThrow();
  });
});

describe('a wrong setting', () => {
  it.each([
    ['PORT', '80x'],
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1e3'],
    ['PORT', '3000.0'],
    ['HOST', 'http://localhost'],
    ['HOST', '300.1.1.1'],
    ['HOST', 'a b'],
    ['PUBLIC_URL', 'account.example.org'],
    ['PUBLIC_URL', 'https://example.org/account'],
    ['PUBLIC_URL', 'https://example.org?x'],
    ['PUBLIC_URL', 'https://example.org#x'],
    ['PUBLIC_URL', 'https://u:p@example.org'],
    ['PUBLIC_URL', 'ftp://example.org'],
    ['DATABASE_URL', 'mysql://localhost'],
    ['DATABASE_URL', 'localhost:5432'],
    ['REDIS_URL', 'localhost'],
    ['REDIS_URL', 'redis://'],
    ['SMTP_URL', 'mail.example.org'],
    ['SECRET_KEY', 'abc'],
    ['SECRET_KEY', Buffer.alloc(31).toString('base64')],
    ['SECRET_KEY', 'ä'.repeat(43)],
    ['SECRET_KEY', `${key(1)};${key(2)}`],
    ['SECRET_KEY', ','],
    ['SETUP_TOKEN', 'short'],
    ['SETUP_TOKEN', 'with a space in it'],
    ['METRICS_TOKEN', 'x\u0000yzzzzzzz'],
    ['SITE_NAME', 'a\nb'],
    ['SITE_NAME', 'a'.repeat(65)],
    ['SUPPORT_CONTACT', '\u001b[31m'],
    ['MAIL_FROM', 'Gatehouse <a@example.org>'],
    ['SECURITY_MAIL_FROM', 'security'],
    ['TRUSTED_PROXIES', '10.0.0.0/33'],
    ['TRUSTED_PROXIES', 'proxy'],
    ['OUTBOUND_ALLOW', '10.0.0.1;10.0.0.2'],
    ['ALLOWED_ORIGINS', '*'],
    ['ALLOWED_ORIGINS', 'https://*.example.org'],
    ['ALLOWED_ORIGINS', 'https://a.org,null'],
    ['ALLOWED_ORIGINS', 'https://a.org/x'],
    ['DISCORD_API_URL', 'discord.com'],
    ['DISCORD_BOT_TOKEN', 'x'],
    ['SIGNAL_API_URL', 'ws://localhost'],
    ['SIGNAL_SENDER', '0612345678'],
    ['GEOIP_DB', '/nowhere/x.mmdb'],
    ['GEOIP_DB', '/'],
    ['STORAGE_ROOT', '/nowhere'],
    ['STORAGE_ROOT', '/etc/passwd'],
    ['SUPPORT_PUBLIC_KEY', 'ssh-ed25519 AAAA'],
    ['SUPPORT_PUBLIC_KEY', `restrict ssh-ed25519 ${key(1)}`],
    ['SUPPORT_PUBLIC_KEY', `command="sh" ${sshKey}`],
    ['SUPPORT_PUBLIC_KEY', `${sshKey}\nssh-rsa AAAAB3NzaC1yc2E= thief`],
    ['SUPPORT_PUBLIC_KEY', `${sshKey} team\nssh-rsa AAAAB3NzaC1yc2E= thief`],
    ['SUPPORT_PUBLIC_KEY', `${sshKey} te\ram`],
    ['SUPPORT_PUBLIC_KEY', `${sshKey} ${sshKey}`],
    ['SUPPORT_PUBLIC_KEY', `${sshKey} team ssh-rsa AAAAB3NzaC1yc2E=`],
    ['SUPPORT_SSH_USER', 'root;x'],
    ['LOG_LEVEL', 'loud'],
    ['WORKER', 'perhaps'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318'],
    ['PORT', '1'.repeat(1_000_000)],
    ['PUBLIC_URL', 'https://\ud800'],
  ])('%s, case %#, stops the start with its name, what was wrong and an example', (name, value) => {
    const { problems, message } = failure({ SECRET_KEY: key(1), [name]: value });
    expect(problems.map((each) => each.name)).toEqual([name]);
    expect(problems[0]?.problem).toMatch(/^(must|has) /);
    expect(problems[0]?.example).toMatch(new RegExp(`^${name}=.`));
    expect(message).toContain(`${name} ${problems[0]?.problem}`);
    expect(message.length).toBeLessThan(400);
  });

  it('is told together with every other one', () => {
    const env = {
      PORT: 'x',
      WORKER: 'x',
      PUBLIC_URL: 'http://example.org',
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://db/x',
    };
    const { problems } = failure(env);
    expect(problems.map(({ name }) => name)).toEqual([
      'PORT',
      'WORKER',
      'PUBLIC_URL',
      'SECRET_KEY',
    ]);
  });

  it('that is a secret is not repeated', () => {
    const secret = 'hunter2-hunter2 \u00e9';
    for (const name of ['SECRET_KEY', 'SETUP_TOKEN', 'METRICS_TOKEN', 'DISCORD_BOT_TOKEN']) {
      expect(failure({ [name]: secret }).message).not.toContain('hunter2');
    }
    for (const name of ['SMTP_URL', 'DATABASE_URL', 'REDIS_URL', 'SIGNAL_API_URL', 'PUBLIC_URL']) {
      const env = { SECRET_KEY: key(1), [name]: `wrong://user:${secret}@host` };
      expect(JSON.stringify(failure(env).problems)).not.toContain('hunter2');
    }
  });

  it('is plain http where passwords would cross a network', () => {
    const production = { NODE_ENV: 'production' };
    expect(failure({ ...production, PUBLIC_URL: 'http://192.168.1.5:3000' }).message).toContain(
      'https://',
    );
    for (const host of ['localhost', '127.0.0.1', '[::1]']) {
      expect(() => read({ ...production, PUBLIC_URL: `http://${host}:3000` })).not.toThrow();
    }
    expect(() => read({ PUBLIC_URL: 'http://192.168.1.5:3000' })).not.toThrow();
  });
});

describe('a .env file', () => {
  const file = join(folder, '.env');

  it('is read, and the environment wins over it', () => {
    writeFileSync(file, '# ours\nPORT=4000\nSITE_NAME="Example Cloud"\nNODE_ENV=production\n');
    const config = readConfig({ PORT: '5000', SITE_NAME: '' }, { envFile: file });
    expect(config).toMatchObject({ port: 5000, siteName: 'Example Cloud', production: true });
  });

  it('that is missing is no fault, and one that cannot be read is', () => {
    expect(readConfig({}, { envFile: join(folder, 'none') }).port).toBe(3000);
    expect(failure({}, { envFile: folder }).message).toContain(folder);
  });
});
