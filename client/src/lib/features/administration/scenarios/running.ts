import { daysAgo, minutesAgo, policy, worldOf, worldOfAdmin } from '../../site/scenarios/world.ts';

const supportAccess = {
  active: true,
  enabledAt: minutesAgo(20),
  enabledBy: 'ada',
  expiresAt: minutesAgo(-100),
  secondsLeft: 6000,
  sshUser: 'support',
  keyFingerprint: 'SHA256:uNiVztksCsDhcc0u9e8BrrJXVGDszeNU0XmHlQe8Wyk',
};
const act = (id: string, kind: string, details: object = {}, of: object = {}) => ({
  id,
  kind,
  details,
  at: minutesAgo(30 * Number(id)),
  ipAddress: '203.0.113.7',
  country: 'IT',
  browser: 'Firefox 149',
  os: 'Debian',
  actor: 'ada',
  reference: '7K3M-Q2XD',
  ...of,
});
const sent = {
  id: 's',
  channel: 'EMAIL',
  target: 'a…@example.org',
  status: 'SENT',
  sentAt: daysAgo(1),
};
const nodes = [
  act('1', 'sign_in.succeeded', { method: 'PASSKEY', newNetwork: true }),
  act('2', 'password.changed', {}, { deliveries: [sent] }),
  act('3', 'user.two_factor_disabled', { account: 'massimiliano' }, { actor: 'grace' }),
  act('90', 'passkey.added', { name: 'YubiKey 5' }),
  act('91', 'access_token.created', { name: 'Mail panel' }),
];
const activity = { nodes, pageInfo: { hasNextPage: true, endCursor: 'x' } };
const points = Array.from({ length: 288 }, (_, at) => ({
  at: minutesAgo(5 * (288 - at)),
  average: 40 + 30 * Math.sin(at / 20),
  highest: 50 + 40 * Math.sin(at / 20),
}));
const rule = {
  id: 'r',
  metric: 'CPU',
  threshold: 90,
  forSeconds: 600,
  hysteresis: 5,
  enabled: true,
  lastFiredAt: daysAgo(2),
};
const broadcast = (id: string, of: object = {}) => ({
  id,
  title: 'Maintenance tonight',
  body: 'From 22:00 to 23:00 the site is not reachable.',
  createdAt: daysAgo(2),
  recipients: 134,
  read: 98,
  ...of,
});
export const admin = {
  policy: {
    registration: 'INVITE_ONLY',
    password: policy,
    failedSignInThreshold: 5,
    failedSignInWindowMinutes: 15,
    sessionDays: 90,
    sessionIdleDays: 14,
  },
  activity,
  alertRules: [rule, { ...rule, id: 's', metric: 'DISK', firing: true, firingHosts: ['kanal'] }],
  alertRuleFirings: 3,
  hosts: ['kanal'],
  host: {
    name: 'kanal',
    cpuPercent: 37,
    memoryPercent: 61,
    diskPercent: 93,
    load: 1.2,
    at: minutesAgo(1),
    history: points,
  },
  audience: 134,
  broadcasts: {
    nodes: [
      broadcast('a'),
      broadcast('b', {
        severity: 'CRITICAL',
        title: 'Un titolo molto lungo '.repeat(4),
        read: 0,
      }),
    ],
  },
  supportAccess,
};
export const world = {
  ...worldOfAdmin(admin, { activity, activityByReference: nodes[1] }),
  supportAccess,
};
export const refused = worldOf({
  settings: {
    deliveries: {
      nodes: [{ ...sent, id: 'f', status: 'FAILED', reason: '550 5.1.1 no such mailbox' }],
    },
  },
});
