import { cacheExchange } from '@urql/exchange-graphcache';
import type { Cache, KeyGenerator } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import type { Exchange } from '@urql/core';
import { possibleTypes } from '../graphql/generated/introspection.ts';
import { inboxOptimistic, inboxUpdates } from './inbox-cache.ts';

const embedded: KeyGenerator = () => null;
/** There is one per client: what a mutation returns is what the page already shows. */
const single: KeyGenerator = () => 'one';

/** Lists that new things make stale; they are asked for again when somebody looks at them. */
function forget(cache: Cache, entity: string, ...fields: string[]): void {
  for (const { fieldName, arguments: given } of cache.inspectFields(entity)) {
    if (fields.includes(fieldName)) cache.invalidate(entity, fieldName, given);
  }
}

/** The same of what the caller's own account shows. */
function forgetMine(cache: Cache, ...fields: string[]): void {
  const me = cache.resolve('Query', 'me');
  if (typeof me === 'string') forget(cache, me, ...fields);
}

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
      BroadcastConnection: embedded,
      NewAccessToken: embedded,
      EmittedEvent: embedded,
      IdentityConfirmation: embedded,
      SignedIn: embedded,
      SupportAccess: embedded,
      TotpEnrollment: embedded,
      RecoveryCodes: embedded,
      PasskeyCeremony: embedded,
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
    },
    resolvers: {
      Account: {
        inbox: relayPagination(),
        activity: relayPagination(),
        emailAccounts: relayPagination(),
        domains: relayPagination(),
      },
      Admin: {
        users: relayPagination(),
        broadcasts: relayPagination(),
        activity: relayPagination(),
      },
    },
    optimistic: inboxOptimistic,
    updates: {
      Mutation: {
        ...inboxUpdates.Mutation,
        createAccessToken: (_result, _args, cache) => forget(cache, 'ApiAccess:one', 'tokens'),
        measureStorage: (_result, _args, cache) => forgetMine(cache, 'storage', 'limits'),
        createApiKey: (_result, _args, cache) => forgetMine(cache, 'licenses'),
        createUser: (_result, _args, cache) => forget(cache, 'Admin:one', 'users', 'audience'),
        broadcast: (_result, _args, cache) => forget(cache, 'Admin:one', 'broadcasts'),
        confirmIdentity: (_result, _args, cache) => forget(cache, 'Security:one', 'confirmedUntil'),
        // Stored notifications are rendered in the reader's language.
        updatePreferences: (_result, args, cache) => {
          const me = cache.resolve('Query', 'me');
          const { input } = args as { input?: { locale?: unknown } };
          if (input?.locale && typeof me === 'string') forget(cache, me, 'inbox');
        },
      },
      Subscription: inboxUpdates.Subscription,
    },
  });
}
