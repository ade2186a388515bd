import { cacheExchange } from '@urql/exchange-graphcache';
import type { KeyGenerator } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Exchange } from '@urql/core';
import { possibleTypes } from '../../graphql/generated/introspection.ts';
import { forget, forgetMine } from '../forget.ts';
import { inboxOptimistic, inboxUpdates } from './inbox-cache.ts';
import { securityUpdates } from './security-cache.ts';
import { settingsKeys, settingsUpdates } from './settings-cache.ts';

const embedded: KeyGenerator = () => null;
/** There is one per client: what a mutation returns is what the page already shows. */
const single: KeyGenerator = () => 'one';

/** Normalised cache: every list, dot and count shows the same change at once. */
export function personalCache(): Exchange {
  return cacheExchange({
    possibleTypes,
    keys: {
      Site: single,
      Security: single,
      ApiAccess: single,
      Admin: single,
      PasswordPolicy: embedded,
      PageInfo: embedded,
      InboxState: embedded,
      NotificationConnection: embedded,
      NotificationAdded: embedded,
      NotificationsChanged: embedded,
      InboxReset: embedded,
      UserConnection: embedded,
      ActivityConnection: embedded,
      InviteConnection: embedded,
      Policy: embedded,
      BroadcastConnection: embedded,
      MessagePreview: embedded,
      DeliveryConnection: embedded,
      DeliveryTry: embedded,
      NewAccessToken: embedded,
      EmittedEvent: embedded,
      IdentityConfirmation: embedded,
      SignedIn: embedded,
      SupportAccess: embedded,
      TotpEnrollment: embedded,
      RecoveryCodes: embedded,
      SecondaryEmail: embedded,
      PasskeyCeremony: embedded,
      IpAllowlist: embedded,
      IpAllowlistEntry: embedded,
      LockDownReport: embedded,
      HostMetrics: embedded,
      HostPoint: embedded,
      Image: embedded,
      Storage: embedded,
      StoragePart: embedded,
      StorageSkip: embedded,
      StorageDay: embedded,
      Limit: embedded,
      EmailAccount: embedded,
      EmailAccountConnection: embedded,
      Domain: embedded,
      DomainConnection: embedded,
      NewApiKey: embedded,
      ...settingsKeys,
    },
    resolvers: {
      Account: {
        inbox: relayPagination(),
        activity: relayPagination(),
        emailAccounts: relayPagination(),
        domains: relayPagination(),
      },
      Admin: {
        invites: relayPagination(),
        broadcasts: relayPagination(),
        activity: relayPagination(),
      },
    },
    optimistic: inboxOptimistic,
    updates: {
      Mutation: {
        ...inboxUpdates.Mutation,
        ...securityUpdates,
        ...settingsUpdates,
        createAccessToken: (_result, _args, cache) => forget(cache, 'ApiAccess:one', 'tokens'),
        measureStorage: (_result, _args, cache) => forgetMine(cache, 'storage', 'limits'),
        deleteAccount: (_result, _args, cache) => forgetMine(cache, 'deletionAt'),
        createApiKey: (_result, _args, cache) => forgetMine(cache, 'licenses'),
        createUser: (_result, _args, cache) => forget(cache, 'Admin:one', 'users', 'audience'),
        deleteUser: (_result, _args, cache) =>
          forget(cache, 'Admin:one', 'users', 'user', 'audience'),
        updateUser: (_result, _args, cache) => forget(cache, 'Admin:one', 'users', 'audience'),
        createInvite: (_result, _args, cache) => forget(cache, 'Admin:one', 'invites'),
        revokeInvite: (_result, _args, cache) => forget(cache, 'Admin:one', 'invites'),
        updatePolicy: (_result, _args, cache) => {
          forget(cache, 'Admin:one', 'policy');
          forget(cache, 'Query', 'site');
        },
        putAlertRule: (_result, _args, cache) => forget(cache, 'Admin:one', 'alertRules'),
        removeAlertRule: (_result, _args, cache) => forget(cache, 'Admin:one', 'alertRules'),
        setUserLimit: (_result, args, cache) =>
          forget(cache, `User:${String(args['id'])}`, 'limits'),
        issueLicense: (_result, args, cache) => {
          forget(cache, `User:${String(args['userId'])}`, 'licenses');
          forgetMine(cache, 'licenses');
        },
        redeliverFailed: (_result, _args, cache) => forget(cache, 'Admin:one', 'deliveries'),
        broadcast: (_result, _args, cache) => forget(cache, 'Admin:one', 'broadcasts'),
        notifyUsers: (_result, _args, cache) => forget(cache, 'Admin:one', 'broadcasts'),
        confirmIdentity: (_result, _args, cache) => forget(cache, 'Security:one', 'confirmedUntil'),
        // Stored notifications are rendered in the reader's language.
        updatePreferences: (_result, args, cache) => {
          const me = cache.resolve('Query', 'me');
          const { input } = args as { input?: { locale?: unknown } };
          if (!input?.locale || typeof me !== 'string') return;
          forget(cache, me, 'inbox');
          forget(cache, 'NotificationSettings:one', 'types', 'deliveries');
        },
      },
      Subscription: inboxUpdates.Subscription,
    },
  });
}
