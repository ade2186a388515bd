import type { GraphQLSchema } from 'graphql';
import { mailJob } from './channels/email/mail-job.js';
import type { EmailSettings } from './channels/email/message.js';
import { openTransport, outboxFolder } from './channels/email/transport/open-transport.js';
import { registerChannels } from './channels.js';
import { loadSecretKeys } from './config/secret-keys.js';
import type { Config } from './config.js';
import { Channels } from './features/delivery/channels.js';
import { DeliveryTries } from './features/dispatch/delivery-tries.js';
import { features } from './features/index.js';
import { registerTypes } from './features/notification/notification-types.js';
import { Sites } from './features/site/sites.js';
import { systemClock } from './kernel/clock.js';
import type { Clock } from './kernel/clock.js';
import { PasswordHasher } from './kernel/crypto/password-hash.js';
import type { PasswordHasherOptions } from './kernel/crypto/password-hash.js';
import { Sealer } from './kernel/crypto/seal.js';
import { Database } from './kernel/database/database.js';
import { Events } from './kernel/outbox/events.js';
import { build } from './kernel/feature.js';
import type { House, Kernel } from './kernel/feature.js';
import type { Get } from './kernel/get.js';
import type { LiveEvents } from './kernel/live/live.js';
import { PostgresLiveEvents } from './kernel/live/live-postgres.js';
import type { Log } from './kernel/log/log.js';
import { Mailer } from './kernel/outbox/mail.js';
import { migrate } from './kernel/database/migrations.js';
import { Outbound } from './kernel/network/outbound.js';
import type { Resolve } from './kernel/network/outbound-rule.js';
import { Outbox } from './kernel/outbox/outbox.js';
import type { Job } from './kernel/outbox/outbox.js';
import { PersonalDataRooms } from './kernel/personal-data.js';
import { RateLimits } from './kernel/access/rate-limit.js';
import { schemaOf } from './transport/graphql/schema.js';
import { Worker } from './transport/worker/worker.js';

export interface AppOptions {
  readonly config: Config;
  readonly databaseUrl: string;
  readonly log: Log;
  readonly clock?: Clock;
  readonly hashing?: PasswordHasherOptions;
  /** Names to addresses, for calls to addresses that people type; the system's unless told. */
  readonly resolve?: Resolve;
}

/** The house without its doors: what commands need, and what the server opens to the network. */
export interface App {
  readonly config: Config;
  readonly kernel: Kernel;
  readonly house: House;
  readonly get: Get;
  readonly worker: Worker;
  schema(): GraphQLSchema;
  close(): Promise<void>;
}

/** Builds the rooms over a migrated database. @throws Error when the database belongs to another key */
export async function openApp(options: AppOptions): Promise<App> {
  const { config, log, clock = systemClock } = options;
  const database = await Database.open({
    url: options.databaseUrl,
    entities: features.flatMap((feature) => feature.entities ?? []),
    log,
  });
  try {
    await migrate(database, log);
    const sealer = new Sealer(await loadSecretKeys(config, config.dataDir));
    const outbox = new Outbox(database);
    const kernel: Kernel = {
      settings: config,
      clock,
      log,
      database,
      outbox,
      events: new Events(outbox),
      live: await liveEvents(config, database, log),
      hasher: new PasswordHasher(options.hashing),
      sealer,
      rateLimits: new RateLimits(database, clock),
      mailer: new Mailer({ outbox, sealer, clock, publicUrl: config.publicUrl }),
      personalData: new PersonalDataRooms(),
      outbound: new Outbound({ allow: config.outboundAllow, resolve: options.resolve }),
    };
    registerTypes(features.flatMap((feature) => feature.notificationTypes ?? []));
    const house = build(features, kernel);
    const get: Get = (room) => house.instances.get(room) as never;
    await database.unitOfWork(() => get(Sites).claimKey(sealer));
    const transport = openTransport(config.smtpUrl, config.dataDir);
    const mails = emailSettings(config);
    registerChannels(get(Channels), kernel, { settings: mails, transport });
    const worker = new Worker({
      databaseUrl: options.databaseUrl,
      jobs: [
        ...house.jobs,
        ...get(DeliveryTries).jobs(),
        mailJob({ ...kernel, settings: mails, transport }),
        sweepLimits(kernel),
      ],
      unitOfWork: (work) => database.unitOfWork(work),
      log,
    });
    const close = async () => {
      await worker.close();
      await kernel.live.close();
      await transport.close();
      await database.close();
    };
    const schema = () => schemaOf(features, house.instances);
    return { config, kernel, house, get, worker, schema, close };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function liveEvents({ redisUrl }: Config, database: Database, log: Log): Promise<LiveEvents> {
  if (redisUrl === null) return new PostgresLiveEvents(database, log);
  const { RedisLiveEvents } = await import('./kernel/live/live-redis.js');
  return new RedisLiveEvents(redisUrl, database, log);
}

function emailSettings(config: Config): EmailSettings {
  const senders = {
    notifications: { address: config.mailFrom },
    security: { address: config.securityMailFrom },
  };
  return { siteName: config.siteName, publicUrl: config.publicUrl, senders };
}

const sweepLimits = (kernel: Kernel): Job => ({
  name: 'rate_limit.sweep',
  cron: '23 * * * *',
  run: async () => void (await kernel.rateLimits.sweep()),
});

/** Known before anything is opened, so that help needs no database. */
export const commands = features.flatMap((feature) => feature.commands ?? []);

/** Where mails lie that no server was named for. */
export const mailFolder = (config: Config) => outboxFolder(config.dataDir);
/** Where adapter-node puts the pages. */
export const pagesHandler = new URL('../../client/build/handler.js', import.meta.url);
