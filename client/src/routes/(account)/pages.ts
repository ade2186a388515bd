import type { MessageKey } from '../../lib/text/text.svelte.ts';

/** Keys of texts that take no parameters. */
type Plain = Extract<
  MessageKey,
  | 'profile.title'
  | 'profile.intro'
  | 'security.title'
  | 'security.intro'
  | 'inbox.centre'
  | 'notify.title'
  | 'notify.intro'
  | 'notify.matrix.title'
  | 'notify.quiet.title'
  | 'notify.channel.email'
  | 'notify.channel.discord'
  | 'notify.channel.signal'
  | 'notify.webhook.title'
  | 'notify.log.page'
  | 'notify.log.pageIntro'
  | 'api.title'
  | 'api.intro'
  | 'usage.title'
  | 'usage.intro'
  | 'usage.disk'
  | 'usage.emailAccounts'
  | 'usage.domains'
  | 'license.title'
  | 'settings.preferences'
  | 'settings.intro'
  | 'closure.title'
  | 'closure.data.title'
  | 'admin.users.title'
  | 'admin.users.intro'
  | 'activity.title'
  | 'activity.intro'
  | 'activity.check.title'
  | 'activity.audit.title'
  | 'activity.audit.intro'
  | 'admin.broadcasts.title'
  | 'policy.title'
  | 'policy.intro'
  | 'user.invites.title'
  | 'user.invites.intro'
  | 'admin.broadcasts.intro'
  | 'admin.types.title'
  | 'admin.types.intro'
  | 'admin.deliveries.title'
  | 'admin.deliveries.intro'
  | 'security.sessions.title'
  | 'security.password.title'
  | 'security.totp.title'
  | 'security.passkeys.title'
  | 'address.secondary.title'
  | 'overview.title'
  | 'allowlist.title'
  | 'lockdown.title'
  | 'api.tokens'
  | 'rule.title'
  | 'rule.intro'
  | 'support.title'
  | 'support.intro'
>;

export interface Page {
  path: string;
  title: Plain;
  intro?: Plain;
  /** Titles of parts that a link may point at (`/security#sessions`). */
  parts?: Readonly<Record<string, Plain>>;
  /** Without it the page does not exist for somebody. */
  permission?: string;
}

const profile = { path: '/profile', title: 'profile.title', intro: 'profile.intro' } satisfies Page;
const security = {
  path: '/security',
  title: 'security.title',
  intro: 'security.intro',
  parts: {
    sessions: 'security.sessions.title',
    password: 'security.password.title',
    'two-factor': 'security.totp.title',
    passkeys: 'security.passkeys.title',
    'secondary-email': 'address.secondary.title',
    overview: 'overview.title',
    'allowed-addresses': 'allowlist.title',
    'lock-down': 'lockdown.title',
  },
} satisfies Page;
const notificationSettings = {
  path: '/notification-settings',
  title: 'notify.title',
  intro: 'notify.intro',
  parts: {
    matrix: 'notify.matrix.title',
    'quiet-hours': 'notify.quiet.title',
    email: 'notify.channel.email',
    discord: 'notify.channel.discord',
    signal: 'notify.channel.signal',
    webhooks: 'notify.webhook.title',
  },
} satisfies Page;
const notifications = { path: '/notifications', title: 'inbox.centre' } satisfies Page;

export const support = {
  path: '/support',
  title: 'support.title',
  intro: 'support.intro',
  permission: 'admin.system.support',
} satisfies Page;

/** The tabs of the profile. */
export const profileTabs: readonly Page[] = [
  profile,
  security,
  notificationSettings,
  notifications,
  support,
];

export const activity: Page = {
  path: '/activity',
  title: 'activity.title',
  intro: 'activity.intro',
  parts: { check: 'activity.check.title' },
};
const deliveries: Page = {
  path: '/deliveries',
  title: 'notify.log.page',
  intro: 'notify.log.pageIntro',
};
export const limits: Page = {
  path: '/limits',
  title: 'usage.title',
  intro: 'usage.intro',
  parts: {
    disk: 'usage.disk',
    'email-accounts': 'usage.emailAccounts',
    domains: 'usage.domains',
  },
};
export const apiAccess: Page = {
  path: '/api-access',
  title: 'api.title',
  intro: 'api.intro',
  parts: { tokens: 'api.tokens', licenses: 'license.title' },
};
export const preferences: Page = {
  path: '/preferences',
  title: 'settings.preferences',
  intro: 'settings.intro',
  parts: { data: 'closure.data.title', 'delete-account': 'closure.title' },
};
export const users: Page = {
  path: '/admin/users',
  title: 'admin.users.title',
  intro: 'admin.users.intro',
  permission: 'admin.users',
};
export const audit: Page = {
  path: '/admin/audit',
  title: 'activity.audit.title',
  intro: 'activity.audit.intro',
  permission: 'admin.audit',
};
export const invites: Page = {
  path: '/admin/invites',
  title: 'user.invites.title',
  intro: 'user.invites.intro',
  permission: 'admin.users',
};
/** The tabs of the users. */
export const userTabs: readonly Page[] = [users, invites];
export const policy: Page = {
  path: '/admin/policy',
  title: 'policy.title',
  intro: 'policy.intro',
  permission: 'admin.policy',
};
export const broadcasts: Page = {
  path: '/admin/broadcasts',
  title: 'admin.broadcasts.title',
  intro: 'admin.broadcasts.intro',
  permission: 'admin.notifications',
};
export const notificationTypes: Page = {
  path: '/admin/notification-types',
  title: 'admin.types.title',
  intro: 'admin.types.intro',
  permission: 'admin.notifications',
};
/** The tabs of the broadcasts. */
export const broadcastTabs: readonly Page[] = [broadcasts, notificationTypes];
export const alertRules: Page = {
  path: '/admin/alert-rules',
  title: 'rule.title',
  intro: 'rule.intro',
  permission: 'admin.alerts',
};
export const allDeliveries: Page = {
  path: '/admin/deliveries',
  title: 'admin.deliveries.title',
  intro: 'admin.deliveries.intro',
  permission: 'admin.notifications',
};

const all: readonly Page[] = [
  ...profileTabs,
  deliveries,
  activity,
  limits,
  apiAccess,
  preferences,
  ...userTabs,
  audit,
  policy,
  ...broadcastTabs,
  alertRules,
  allDeliveries,
];

export function pageAt(path: string): Page | undefined {
  return all.find((page) => page.path === path);
}
