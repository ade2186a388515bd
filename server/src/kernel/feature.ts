import type { EntitySchema } from '@mikro-orm/core';
import type { Clock } from './clock.js';
import type { CliCommand } from './command.js';
import type { CredentialSource } from './access/credential.js';
import type { PasswordHasher } from './crypto/password-hash.js';
import type { Sealer } from './crypto/seal.js';
import type { Database } from './database/database.js';
import type { Events, Subscriber } from './outbox/events.js';
import type { Constructor, Get } from './get.js';
import type { HttpRoute } from './http-route.js';
import type { LiveEvents } from './live/live.js';
import type { Log } from './log/log.js';
import type { Mailer } from './outbox/mail.js';
import type { Outbound } from './network/outbound.js';
import type { NotificationTypeSpec } from './notification-type.js';
import type { Job, Outbox } from './outbox/outbox.js';
import type { PersonalData, PersonalDataRooms } from './personal-data.js';
import type { RateLimits } from './access/rate-limit.js';
import type { Settings } from './settings.js';

/** What every room stands on. */
export interface Kernel {
  readonly settings: Settings;
  readonly clock: Clock;
  readonly log: Log;
  readonly database: Database;
  readonly outbox: Outbox;
  readonly events: Events;
  readonly live: LiveEvents;
  readonly hasher: PasswordHasher;
  readonly sealer: Sealer;
  readonly rateLimits: RateLimits;
  readonly mailer: Mailer;
  readonly outbound: Outbound;
  readonly personalData: PersonalDataRooms;
}

/** What a room puts into the house when it is set up. */
export interface Parts {
  /** Use-cases and resolvers, one of each class. */
  readonly instances: readonly object[];
  readonly jobs?: readonly Job[];
  readonly subscribers?: readonly Subscriber[];
  readonly credentials?: readonly CredentialSource[];
  readonly routes?: readonly HttpRoute[];
  readonly services?: readonly Service[];
  /** What the room keeps about a person: for exports, and for deletions. */
  readonly personalData?: readonly PersonalData[];
}

/** Runs while a server is up, and never under a command. */
export interface Service {
  open(): void;
  close(): Promise<void>;
}

export interface Feature {
  /** The folder's name. */
  readonly name: string;
  readonly entities?: readonly EntitySchema[];
  readonly resolvers?: readonly Constructor[];
  /** Object types that only a union or another type's use brings into the schema. */
  readonly orphanedTypes?: readonly Constructor[];
  readonly commands?: readonly CliCommand[];
  /** What people can be told of. */
  readonly notificationTypes?: readonly NotificationTypeSpec<never>[];
  setUp(kernel: Kernel, get: Get): Parts;
}

export interface House {
  readonly instances: ReadonlyMap<unknown, object>;
  readonly jobs: readonly Job[];
  readonly credentials: readonly CredentialSource[];
  readonly routes: readonly HttpRoute[];
  readonly services: readonly Service[];
  readonly personalData: readonly PersonalData[];
}

/** Sets the rooms up in the order of the list: each finds only what stands before it. */
export function build(features: readonly Feature[], kernel: Kernel): House {
  const instances = new Map<unknown, object>();
  const get: Get = <T>(room: Constructor<T>) => {
    const instance = instances.get(room);
    if (!instance) throw new Error(`${room.name} is not set up yet: check the order of features`);
    return instance as T;
  };
  const parts = features.map((feature) => {
    const part = feature.setUp(kernel, get);
    for (const instance of part.instances) instances.set(instance.constructor, instance);
    return part;
  });
  kernel.events.register(parts.flatMap((part) => part.subscribers ?? []));
  const personalData = parts.flatMap((part) => part.personalData ?? []);
  kernel.personalData.register(personalData);
  return {
    instances,
    jobs: [...parts.flatMap((part) => part.jobs ?? []), ...kernel.events.jobs()],
    credentials: parts.flatMap((part) => part.credentials ?? []),
    routes: parts.flatMap((part) => part.routes ?? []),
    personalData,
    services: parts.flatMap((part) => part.services ?? []),
  };
}
