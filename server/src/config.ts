import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import * as v from 'valibot';
import * as setting from './config/setting.js';
import { SettingsError } from './config/settings-error.js';
import type { SettingsProblem } from './config/settings-error.js';

const optional = <T extends v.GenericSchema>(schema: T) => v.nullish(schema, null);

/** Every variable, what it must be, and an example that would do. */
const variables = {
  HOST: [v.nullish(setting.host, '127.0.0.1'), '0.0.0.0'],
  PORT: [v.nullish(setting.port, '3000'), '3000'],
  PUBLIC_URL: [optional(setting.origin), 'https://account.example.org'],
  DATA_DIR: [v.nullish(setting.path, './data'), '/var/lib/gatehouse'],
  DATABASE_URL: [
    optional(setting.connection('postgresql:', 'postgres:')),
    'postgresql://gatehouse:password@localhost:5432/gatehouse',
  ],
  REDIS_URL: [optional(setting.connection('redis:', 'rediss:')), 'redis://localhost:6379'],
  SECRET_KEY: [optional(setting.secretKeys), '$(openssl rand -base64 32)'],
  SETUP_TOKEN: [optional(setting.token), '$(openssl rand -hex 16)'],
  SUPPORT_CONTACT: [optional(setting.text(200)), 'help@example.org or extension 123'],
  METRICS_TOKEN: [optional(setting.token), '$(openssl rand -hex 16)'],
  SITE_NAME: [v.nullish(setting.text(64), 'Gatehouse'), 'Example Cloud'],
  SMTP_URL: [
    optional(setting.connection('smtp:', 'smtps:')),
    'smtp://user:password@mail.example.org:587',
  ],
  MAIL_FROM: [optional(setting.email), 'notifications@example.org'],
  SECURITY_MAIL_FROM: [optional(setting.email), 'security@example.org'],
  TRUSTED_PROXIES: [v.nullish(setting.networks, ''), '127.0.0.1,10.0.0.0/8'],
  ALLOWED_ORIGINS: [
    v.nullish(setting.origins, ''),
    'https://panel.example.org,https://example.org',
  ],
  OUTBOUND_ALLOW: [v.nullish(setting.networks, ''), '192.168.1.20,10.8.0.0/16'],
  DISCORD_API_URL: [
    v.nullish(setting.webUrl, 'https://discord.com/api/v10'),
    'https://discord.com/api/v10',
  ],
  DISCORD_BOT_TOKEN: [optional(setting.token), 'the token of the bot’s page at Discord'],
  SIGNAL_API_URL: [optional(setting.webUrl), 'http://127.0.0.1:8080'],
  SIGNAL_SENDER: [optional(setting.phone), '+390612345678'],
  GEOIP_DB: [optional(setting.existingFile), '/var/lib/geoip/country.mmdb'],
  STORAGE_ROOT: [optional(setting.existingFolder), '/home'],
  SUPPORT_AUTHORIZED_KEYS: [optional(setting.path), '/home/support/.ssh/authorized_keys'],
  SUPPORT_PUBLIC_KEY: [optional(setting.sshPublicKey), 'ssh-ed25519 AAAA… support@example.org'],
  SUPPORT_SSH_USER: [optional(setting.systemUser), 'support'],
  LOG_LEVEL: [v.nullish(setting.logLevel, 'info'), 'info'],
  WORKER: [v.nullish(setting.flag, 'true'), 'true'],
  OTEL_EXPORTER_OTLP_ENDPOINT: [optional(setting.webUrl), 'http://localhost:4318'],
} as const satisfies Record<string, readonly [v.GenericSchema, string]>;

type Name = keyof typeof variables;
type Values = { [K in Name]: v.InferOutput<(typeof variables)[K][0]> };

/** The names of all variables, for `.env.example` and its test. */
export const settingNames = Object.keys(variables) as Name[];

/** For the pages' handler, which takes its settings from the environment alone when it is imported. */
export function setEnvironment(values: Readonly<Record<string, string>>): void {
  Object.assign(process.env, values);
}

export type Config = ReturnType<typeof arrange>;

export interface ConfigOptions {
  /** Read when it exists, below the environment; `.env` of the working directory unless told. */
  envFile?: string | false;
}

/**
 * The settings, read and checked once at start; nothing else reads the environment.
 * @throws SettingsError naming every variable that is wrong
 */
export function readConfig(
  env: NodeJS.ProcessEnv = process.env,
  { envFile = '.env' }: ConfigOptions = {},
): Config {
  const given: NodeJS.ProcessEnv = { ...(envFile === false ? {} : readEnvFile(envFile)) };
  // Compose files and shells pass what is unset as empty; that must not hide the file's value.
  for (const [name, value] of Object.entries(env)) if (value?.trim()) given[name] = value;
  const values: Partial<Values> = {};
  const problems: SettingsProblem[] = [];
  for (const name of settingNames) {
    const [schema, example] = variables[name];
    const result = v.safeParse(schema, given[name]?.trim() || null);
    if (result.success) Object.assign(values, { [name]: result.output });
    else problems.push({ name, problem: result.issues[0].message, example: line(name, example) });
  }
  const production = given['NODE_ENV'] === 'production';
  problems.push(...conflicts(values, given, production));
  if (problems.length > 0) throw new SettingsError(problems);
  return arrange(values as Values, production);
}

const line = (name: string, example: string) => `${name}=${example}`;

function readEnvFile(file: string): NodeJS.ProcessEnv {
  try {
    return parseEnv(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return {};
    const problem = `at ${resolve(file)} cannot be read (${code ?? String(error)})`;
    throw new SettingsError([{ name: '.env', problem, example: `chmod 600 ${resolve(file)}` }]);
  }
}

/** Rules over more than one variable; a variable that is wrong by itself has been told already. */
function conflicts(
  values: Partial<Values>,
  given: NodeJS.ProcessEnv,
  production: boolean,
): SettingsProblem[] {
  const found: SettingsProblem[] = [];
  const add = (name: Name, problem: string) =>
    found.push({ name, problem, example: line(name, variables[name][1]) });
  const url = values.PUBLIC_URL ? new URL(values.PUBLIC_URL) : null;
  if (production && url?.protocol === 'http:' && !isThisMachine(url.hostname)) {
    add('PUBLIC_URL', 'must start with https:// when NODE_ENV=production, except on localhost');
  }
  if (given['DATABASE_URL']?.trim() && values.SECRET_KEY === null) {
    add(
      'SECRET_KEY',
      'must be set with DATABASE_URL: every server of a database needs the same one',
    );
  }
  if (values.SIGNAL_API_URL && values.SIGNAL_SENDER === null) {
    add('SIGNAL_SENDER', 'must be set with SIGNAL_API_URL: messages are sent by this number');
  }
  return found;
}

const isThisMachine = (host: string) => ['localhost', '127.0.0.1', '[::1]'].includes(host);

/** RFC 5321 §4.1.3: an address where a domain should stand goes in brackets. */
function mailDomain(publicUrl: string): string {
  const host = new URL(publicUrl).hostname;
  if (host.startsWith('[')) return `[IPv6:${host.slice(1)}`;
  return isIP(host) ? `[${host}]` : host;
}

function arrange(values: Values, production: boolean) {
  const publicUrl = values.PUBLIC_URL ?? `http://localhost:${values.PORT}`;
  const secure = publicUrl.startsWith('https:');
  return Object.freeze({
    production,
    host: values.HOST,
    /** 0: any free one, for tests. */
    port: values.PORT,
    /** An origin, without a slash at its end. */
    publicUrl,
    cookie: Object.freeze({ name: secure ? '__Host-gatehouse' : 'gatehouse', secure }),
    dataDir: values.DATA_DIR,
    databaseUrl: values.DATABASE_URL,
    redisUrl: values.REDIS_URL,
    /** Null: kept in DATA_DIR, see `loadSecretKeys`. */
    secretKeys: values.SECRET_KEY,
    setupToken: values.SETUP_TOKEN,
    supportContact: values.SUPPORT_CONTACT,
    metricsToken: values.METRICS_TOKEN,
    siteName: values.SITE_NAME,
    smtpUrl: values.SMTP_URL,
    mailFrom: values.MAIL_FROM ?? `notifications@${mailDomain(publicUrl)}`,
    securityMailFrom: values.SECURITY_MAIL_FROM ?? `security@${mailDomain(publicUrl)}`,
    trustedProxies: values.TRUSTED_PROXIES,
    allowedOrigins: values.ALLOWED_ORIGINS,
    outboundAllow: values.OUTBOUND_ALLOW,
    discord: Object.freeze({ apiUrl: values.DISCORD_API_URL, botToken: values.DISCORD_BOT_TOKEN }),
    signal: Object.freeze({ apiUrl: values.SIGNAL_API_URL, sender: values.SIGNAL_SENDER }),
    geoipDb: values.GEOIP_DB,
    storageRoot: values.STORAGE_ROOT,
    support: Object.freeze({
      authorizedKeys: values.SUPPORT_AUTHORIZED_KEYS,
      publicKey: values.SUPPORT_PUBLIC_KEY,
      sshUser: values.SUPPORT_SSH_USER,
    }),
    logLevel: values.LOG_LEVEL,
    worker: values.WORKER,
    otlpEndpoint: values.OTEL_EXPORTER_OTLP_ENDPOINT,
  });
}
