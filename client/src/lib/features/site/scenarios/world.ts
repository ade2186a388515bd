import type { World } from './story-server.ts';

const minute = 60_000;
const day = 24 * 60 * minute;

/** An instant so many days before now; after it, when negative. */
export const daysAgo = (days: number) => new Date(Date.now() - days * day).toISOString();
export const minutesAgo = (minutes: number) => daysAgo((minutes * minute) / day);

export const policy = {
  minLength: 12,
  maxLength: 256,
  requireUppercase: false,
  requireLowercase: false,
  requireDigit: false,
  requireSymbol: false,
  refuseCommon: true,
};

export const session = (of: object = {}) => ({
  id: 'here',
  browser: 'Firefox 149',
  os: 'Debian',
  ipAddress: '203.0.113.7',
  country: 'IT',
  createdAt: daysAgo(3),
  lastActiveAt: minutesAgo(2),
  expiresAt: daysAgo(-27),
  method: 'PASSWORD',
  ...of,
});

export const passkey = (of: object = {}) => ({
  id: 'key',
  name: 'YubiKey 5',
  authenticator: 'YubiKey 5',
  createdAt: daysAgo(40),
  lastUsedAt: daysAgo(1),
  credentialId: 'abc',
  ...of,
});

const site = {
  name: 'Gatehouse',
  locales: ['EN', 'IT'],
  channels: ['IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL', 'WEBHOOK'],
  passkeyHost: 'localhost',
  supportContact: 'help@example.org',
  version: '0.1.0',
  passwordPolicy: policy,
};

const permissions = [
  'admin.users',
  'admin.policy',
  'admin.notifications',
  'admin.alerts',
  'admin.licenses',
  'admin.audit',
  'admin.system.support',
];

const ada = {
  id: '1',
  username: 'ada',
  name: 'Ada Lovelace',
  displayName: 'Ada Lovelace',
  email: 'ada@example.org',
  emailVerified: true,
  role: 'USER',
  locale: 'EN',
  timeZone: 'Europe/Rome',
  createdAt: daysAgo(420),
};

const security = {
  hasPassword: true,
  passwordChangedAt: daysAgo(90),
  passkeyUserHandle: 'handle',
  sessions: [session({ current: true })],
  ipAllowlist: { callerAddress: '203.0.113.7' },
};

const type = (key: string, category: string, title: string, of: object = {}) => ({
  type: { key, category, title, description: 'When it happens.', defaultChannels: ['IN_APP'] },
  enabled: ['IN_APP'],
  ...of,
});

const types = [
  type('account.security', 'account', 'Security of your account', { mandatory: ['EMAIL'] }),
  type('account.activity', 'account', 'Account activity'),
  type('system.update_available', 'system', 'Updates'),
];

const storage = {
  usedBytes: 3.1e9,
  quotaBytes: 50e9,
  percent: 6.2,
  measuredAt: minutesAgo(3),
  measurable: true,
};

interface Person {
  [field: string]: unknown;
  security?: object;
  settings?: object;
}

/** The world of somebody who is signed in, who has nothing but what is said here. */
export function worldOf({ security: own = {}, settings = {}, ...me }: Person = {}): World {
  return {
    site,
    passwordSuggestion: 'mossy-anvil-brink-quilt-73',
    me: {
      ...ada,
      security: { ...security, ...own },
      notificationSettings: { types, ...settings },
      storage,
      ...me,
    },
  };
}

/** The world of an administrator who may do everything. */
export function worldOfAdmin(admin: object, me: Person = {}): World {
  return {
    ...worldOf({ role: 'ADMIN', permissions, ...me }),
    admin: { permissions, ...admin },
  };
}

/** The security of somebody who has set up all of it. */
export const wellSecured = {
  sessions: [
    session({ current: true, method: 'PASSKEY' }),
    session({ id: 'b', browser: 'Safari', os: 'iOS 20', country: null, method: 'PASSWORD_TOTP' }),
    session({
      id: 'c',
      browser: null,
      os: null,
      lastActiveAt: daysAgo(9),
      method: 'PASSWORD_RECOVERY_CODE',
    }),
  ],
  passkeys: [
    passkey(),
    passkey({ id: 'b', name: 'Portachiavi iCloud di Ada', backedUp: true, lastUsedAt: null }),
  ],
  totpEnabled: true,
  recoveryCodesLeft: 8,
  secondaryEmail: { email: 'ada@second.example', verified: true },
};
