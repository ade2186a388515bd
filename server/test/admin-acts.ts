import { expect } from 'vitest';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { act } from './alerts.js';
import type { MailedApp } from './mail.js';
import { allowOnly } from './places.js';
import { enrol } from './second-factor.js';

type Variables = Record<string, unknown>;

/** One thing that an administrator does. */
export interface AdminAct {
  readonly document: string;
  /** What must be there before; answers what the document is given. */
  readonly given: (app: MailedApp, ada: Viewer, admin: Viewer) => Promise<Variables>;
  /** Whether a session needs a fresh proof: for whatever gives a right or touches a way of signing in. */
  readonly proof: boolean;
  readonly kind: string;
  /** In whose log it stands: the user's, the administrator's own, or of somebody who is new. */
  readonly of: 'ada' | 'admin' | 'other';
  /** What changed, as the log must have it. */
  readonly details: object;
  /** How the subject begins of what `of` is told; null: no way of signing in was touched. */
  readonly told: string | null;
}

type Facts = Pick<AdminAct, 'proof' | 'kind' | 'details'> & Partial<AdminAct>;

/** To ada, by her id. */
const toHer = (field: string, facts: Facts): AdminAct => ({
  document: `mutation ($id: ID!) { ${field} }`,
  given: (_app, ada) => Promise.resolve({ id: ada.accountId }),
  of: 'ada',
  told: null,
  ...facts,
});
/** To the site. */
const toSite = (field: string, facts: Facts): AdminAct => ({
  document: `mutation { ${field} }`,
  given: () => Promise.resolve({}),
  of: 'admin',
  told: null,
  ...facts,
});

const action = '👤 An Administrator Changed Your Gatehouse Account';
const text = (pattern: RegExp) => expect.stringMatching(pattern) as string;
const idOf = async (answer: Promise<Variables>, name: string) =>
  ((await answer)[name] as { id: string }).id;

const makeRule = (app: MailedApp, admin: Viewer) =>
  idOf(
    act(app, 'mutation { putAlertRule(input: { metric: LOAD, threshold: 99 }) { id } }', {}, admin),
    'putAlertRule',
  );
const issue = `mutation ($id: ID!) { issueLicense(userId: $id, product: "Mailer") { id } }`;
const invite = 'mutation ($email: EmailAddress!) { createInvite(input: { email: $email }) { id } }';
const switchOff = 'mutation ($id: ID!) { updateUser(id: $id, input: { disabled: true }) { id } }';

/** Every act of administrators, by the name of its mutation and, where it does several things, of each. */
export const adminActs: Readonly<Record<string, AdminAct>> = {
  createUser: {
    document:
      'mutation ($name: String!, $email: EmailAddress!) { createUser(input: { username: $name, email: $email }) { id } }',
    given: async (_app, { name }) => ({ name: `${name}-new`, email: `${name}@new.example` }),
    proof: true,
    kind: 'account.created',
    of: 'other',
    details: { username: text(/-new$/) },
    told: null,
  },
  'updateUser name': toHer('updateUser(id: $id, input: { displayName: "Countess" }) { id }', {
    proof: true,
    kind: 'user.updated',
    details: { changes: { displayName: { from: null, to: 'Countess' } } },
    told: action,
  }),
  'updateUser rights': toHer(
    'updateUser(id: $id, input: { role: ADMIN, permissions: ["admin.audit"] }) { id }',
    {
      proof: true,
      kind: 'user.permission_changed',
      details: { formerRole: 'USER', role: 'ADMIN', granted: ['admin.audit'], revoked: [] },
      told: action,
    },
  ),
  'updateUser address': toHer('updateUser(id: $id, input: { email: "l@example.net" }) { id }', {
    proof: true,
    kind: 'email.changed',
    details: { old: text(/@example.org$/), new: 'l@example.net' },
    told: '📧 Your Gatehouse Primary Email Was Changed',
  }),
  'updateUser disable': toHer('updateUser(id: $id, input: { disabled: true }) { id }', {
    proof: true,
    kind: 'user.disabled',
    details: { ended: 1 },
    told: action,
  }),
  'updateUser enable': toHer('updateUser(id: $id, input: { disabled: false }) { id }', {
    async given(app, { accountId: id }, admin) {
      await act(app, switchOff, { id }, admin);
      return { id };
    },
    proof: true,
    kind: 'user.enabled',
    details: {},
    told: action,
  }),
  setUserPassword: toHer('setUserPassword(id: $id)', {
    proof: true,
    kind: 'user.password_set',
    details: { ended: 1 },
    told: action,
  }),
  disableUserTwoFactor: toHer('disableUserTwoFactor(id: $id) { id }', {
    async given(app, ada) {
      await enrol(app, ada);
      return { id: ada.accountId };
    },
    proof: true,
    kind: 'user.two_factor_disabled',
    details: { ended: 1 },
    told: action,
  }),
  clearUserIpAllowlist: toHer('clearUserIpAllowlist(id: $id) { id }', {
    async given(app, ada) {
      await allowOnly(app, ada, '203.0.113.0/24');
      return { id: ada.accountId };
    },
    proof: true,
    kind: 'user.ip_allowlist_cleared',
    details: { ended: 1 },
    told: action,
  }),
  endUserSessions: toHer('endUserSessions(id: $id) { id }', {
    proof: false,
    kind: 'user.sessions_ended',
    details: { ended: 1 },
    told: '🔒 Active Sessions Ended on Your Gatehouse Account',
  }),
  setUserLimit: toHer('setUserLimit(id: $id, key: "disk", value: 500000000000) { id }', {
    proof: false,
    kind: 'user.limit_set',
    details: { key: 'disk', from: -1, value: 500_000_000_000 },
  }),
  deleteUser: toHer('deleteUser(id: $id)', {
    proof: true,
    kind: 'user.deleted',
    // Nothing personal stays of who is gone.
    details: {},
    told: '🗑️ Your Gatehouse Account Was Deleted',
  }),
  issueLicense: toHer('issueLicense(userId: $id, product: "Mailer") { id }', {
    proof: false,
    kind: 'license.issued',
    details: { product: 'Mailer' },
  }),
  revokeLicense: toHer('revokeLicense(id: $id) { id }', {
    given: async (app, ada, admin) => ({
      id: await idOf(act(app, issue, { id: ada.accountId }, admin), 'issueLicense'),
    }),
    proof: false,
    kind: 'license.revoked',
    details: { product: 'Mailer' },
  }),
  notifyUsers: toSite('', {
    document:
      'mutation ($id: ID!) { notifyUsers(input: { userIds: [$id], title: "Hello", body: "You" }) }',
    given: (_app, ada) => Promise.resolve({ id: ada.accountId }),
    proof: false,
    kind: 'broadcast.sent',
    details: { recipients: 1 },
  }),
  broadcast: toSite('broadcast(input: { title: "Hello", body: "All" }) { id }', {
    proof: false,
    kind: 'broadcast.sent',
    details: {},
  }),
  createInvite: toSite('', {
    document: invite,
    given: async (_app, { name }) => ({ email: `${name}@invited.example` }),
    proof: true,
    kind: 'invite.created',
    details: { email: text(/@invited.example$/), role: 'USER', permissions: [] },
  }),
  revokeInvite: toSite('', {
    document: 'mutation ($id: ID!) { revokeInvite(id: $id) }',
    given: async (app, { name }, admin) => ({
      id: await idOf(act(app, invite, { email: `${name}@inv.example` }, admin), 'createInvite'),
    }),
    proof: false,
    kind: 'invite.revoked',
    details: { email: text(/@inv.example$/) },
  }),
  updatePolicy: toSite('updatePolicy(input: { minLength: 14 }) { registration }', {
    proof: true,
    kind: 'policy.changed',
    details: { changes: { minLength: { from: 12, to: 14 } } },
  }),
  redeliverFailed: toSite('redeliverFailed(since: "2026-11-01T00:00:00Z")', {
    proof: false,
    kind: 'delivery.redelivered',
    details: { count: 0, channel: null, since: '2026-11-01T00:00:00.000Z' },
  }),
  putAlertRule: toSite('putAlertRule(input: { metric: CPU, threshold: 90 }) { id }', {
    proof: false,
    kind: 'alert_rule.changed',
    details: { metric: 'CPU', threshold: 90, forSeconds: 60, hysteresis: 5, enabled: true },
  }),
  removeAlertRule: toSite('', {
    document: 'mutation ($id: ID!) { removeAlertRule(id: $id) }',
    given: async (app, _ada, admin) => ({ id: await makeRule(app, admin) }),
    proof: false,
    kind: 'alert_rule.removed',
    details: { metric: 'LOAD', threshold: 99, forSeconds: 60 },
  }),
  enableSupportAccess: toSite('enableSupportAccess(hours: 4) { active }', {
    proof: true,
    kind: 'support_access.enabled',
    details: { until: text(/Z$/) },
    told: '🛟 Support Access Opened on Gatehouse',
  }),
  disableSupportAccess: toSite('disableSupportAccess { active }', {
    async given(app, _ada, admin) {
      await act(app, 'mutation { enableSupportAccess(hours: 4) { active } }', {}, admin);
      return {};
    },
    proof: false,
    kind: 'support_access.disabled',
    details: { until: text(/Z$/) },
    told: '🛟 Support Access Closed on Gatehouse',
  }),
};
