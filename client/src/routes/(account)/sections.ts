import HardDrive from '@lucide/svelte/icons/hard-drive';
import BellRing from '@lucide/svelte/icons/bell-ring';
import History from '@lucide/svelte/icons/history';
import KeyRound from '@lucide/svelte/icons/key-round';
import Gavel from '@lucide/svelte/icons/gavel';
import Megaphone from '@lucide/svelte/icons/megaphone';
import ScrollText from '@lucide/svelte/icons/scroll-text';
import Settings from '@lucide/svelte/icons/settings';
import Send from '@lucide/svelte/icons/send';
import User from '@lucide/svelte/icons/user';
import Users from '@lucide/svelte/icons/users';
import type { Text } from '../../lib/text/text.svelte.ts';
import type { NavLink, NavSection } from '../../lib/ui/SideNav.svelte';
import {
  activity,
  alertRules,
  apiAccess,
  audit,
  broadcasts,
  broadcastTabs,
  allDeliveries,
  limits,
  policy,
  preferences,
  profileTabs,
  userTabs,
  users,
} from './pages.ts';
import type { Page } from './pages.ts';

/** The sidebar, without what somebody may not see. */
export function sectionsFor(
  permissions: readonly string[],
  path: string,
  { t }: Text,
): NavSection[] {
  const may = ({ permission }: Page) =>
    permission === undefined || permissions.includes(permission);
  const link = (page: Page, icon: NavLink['icon']): NavLink => ({
    href: page.path,
    label: t(page.title),
    current: page.path === path,
    icon,
  });
  const account = [
    {
      href: '/profile',
      label: t('profile.title'),
      current: profileTabs.some((tab) => tab.path === path),
      icon: User,
    },
    link(limits, HardDrive),
    link(activity, History),
    link(apiAccess, KeyRound),
    link(preferences, Settings),
  ];
  const isBroadcasts = broadcastTabs.some((tab) => tab.path === path);
  const isUsers = userTabs.some((tab) => tab.path === path) || path.startsWith(`${users.path}/`);
  const administration = [
    ...(may(users) ? [{ ...link(users, Users), current: isUsers }] : []),
    ...(may(audit) ? [link(audit, ScrollText)] : []),
    ...(may(policy) ? [link(policy, Gavel)] : []),
    ...(may(alertRules) ? [link(alertRules, BellRing)] : []),
    ...(may(broadcasts) ? [{ ...link(broadcasts, Megaphone), current: isBroadcasts }] : []),
    ...(may(allDeliveries) ? [link(allDeliveries, Send)] : []),
  ];
  return [
    { label: t('common.account'), links: account },
    ...(administration.length > 0
      ? [{ label: t('common.administration'), links: administration }]
      : []),
  ];
}
