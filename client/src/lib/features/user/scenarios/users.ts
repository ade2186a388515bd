import { daysAgo, minutesAgo, session, worldOfAdmin } from '../../site/scenarios/world.ts';

export const user = (username: string, of: object = {}) => ({
  id: username,
  username,
  email: `${username}@example.org`,
  role: 'USER',
  lastActiveAt: minutesAgo(7),
  createdAt: daysAgo(200),
  ...of,
});
export const massimiliano = user('massimiliano', {
  email: 'massimiliano.giannattasio-bellincampi@amministrazione.example.org',
  displayName: 'Massimiliano Giannattasio-Bellincampi',
  totpEnabled: true,
  passkeyCount: 2,
  sessionCount: 3,
  sessions: [session({ id: 'a' }), session({ id: 'b', browser: null, country: null })],
  limits: [
    { key: 'disk', unit: 'BYTES', used: 37.2e9, limit: 50e9, percent: 74.4 },
    { key: 'email_accounts', unit: 'COUNT', used: 20, limit: 20, percent: 100, nearLimit: true },
  ],
  storage: { measuredAt: minutesAgo(4), usedBytes: 37.2e9, quotaBytes: 50e9 },
  licenses: [{ id: 'l', product: 'storage-pro', active: true, issuedAt: daysAgo(30) }],
});
export const grace = user('grace', {
  role: 'ADMIN',
  permissions: ['admin.users', 'admin.audit'],
  disabled: true,
  lastActiveAt: null,
});
const nodes = [user('ada', { role: 'ADMIN', totpEnabled: true }), grace, massimiliano];
export const users = (of: object = {}) => worldOfAdmin({ users: { totalCount: 3, nodes, ...of } });
const invite = (of: object) => ({
  id: 'i',
  email: 'grace@example.org',
  createdAt: daysAgo(1),
  expiresAt: daysAgo(-6),
  invitedBy: 'ada',
  role: 'USER',
  ...of,
});
export const invites = [
  invite({}),
  invite({
    id: 'j',
    email: 'massimiliano.giannattasio-bellincampi@amministrazione.example.org',
    role: 'ADMIN',
    permissions: ['admin.users', 'admin.policy', 'admin.notifications'],
    invitedBy: null,
  }),
];
export const made = { ...worldOfAdmin({}), createUser: user('grace') };
