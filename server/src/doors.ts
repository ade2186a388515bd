import type { AddressInfo } from 'node:net';
import { existsSync } from 'node:fs';
import { devGalleryPage } from './channels/email/dev/dev-gallery-page.js';
import { devMailPage } from './channels/email/dev/dev-mail-page.js';
import { Registry } from 'prom-client';
import { setEnvironment } from './config.js';
import type { Config } from './config.js';
import { alertGallery } from './features/alert/alert-gallery.js';
import { DeliveryFigures } from './features/delivery-log/delivery-figures.js';
import { isMigrated } from './kernel/database/migrations.js';
import { mailFolder, pagesHandler } from './app.js';
import type { App } from './app.js';
import { ApolloTransport } from './transport/graphql/apollo.js';
import { graphqlEndpoint, socketContext } from './transport/graphql/endpoint.js';
import { errorMapper } from './transport/graphql/errors.js';
import { Gate } from './transport/graphql/gate.js';
import { Identity } from './transport/graphql/identity.js';
import { printedSchema } from './transport/graphql/schema.js';
import { SocketRegistry } from './transport/graphql/socket/socket-registry.js';
import { Sockets } from './transport/graphql/socket/sockets.js';
import { createClientAddress, createProxyRule } from './transport/http/request/client-address.js';
import { readCookie, sessionCookieName } from './transport/http/request/cookies.js';
import { featureRoute } from './transport/http/route/feature-route.js';
import type { FeatureRouteParts } from './transport/http/route/feature-route.js';
import type { GraphqlHandler } from './transport/http/request/fetch-request.js';
import { graphqlRoute, schemaRoute } from './transport/http/route/graphql-route.js';
import {
  addDeliveryMetrics,
  createHttpMetrics,
  metricsRoute,
} from './transport/http/route/metrics.js';
import { OriginRule } from './transport/http/request/origin.js';
import { createPages, pagesEnvironment } from './transport/http/route/pages.js';
import type { PagesHandler } from './transport/http/route/pages.js';
import { relatedOriginsRoute } from './transport/http/route/related-origins-route.js';
import type { Readiness } from './transport/http/route/health.js';
import type { Route } from './transport/http/route/routes.js';
import { createHttpServer } from './transport/http/server.js';

export interface Doors {
  listen(): Promise<AddressInfo>;
  /** Sockets are told, what is under way may finish within `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/** Everything that opens a unit of work from the network: one server, one port. */
export async function openDoors(app: App): Promise<Doors> {
  const { config, kernel, house, get } = app;
  const { database, live, log } = kernel;
  const unitOfWork = <T>(work: () => Promise<T>) => database.unitOfWork(work);
  const schema = app.schema();
  const gate = new Gate(schema);
  const formatError = errorMapper(log);
  const identity = new Identity(house.credentials);
  const apollo = new ApolloTransport(schema, gate, formatError, {
    introspection: !config.production,
  });
  await apollo.open();
  const graphql = graphqlEndpoint({ apollo, identity, unitOfWork, get, site: config });
  await live.open();
  const registry = new SocketRegistry(identity, unitOfWork, live, log);
  registry.open();
  const contextFor = (viewer: Parameters<typeof socketContext>[0]) => socketContext(viewer, get);
  const sockets = new Sockets({
    schema,
    gate,
    identity,
    registry,
    formatError,
    unitOfWork,
    contextFor,
  });
  const identify: FeatureRouteParts['identify'] = ({ headers }, origin) => {
    const cookie = readCookie(headers.cookie, sessionCookieName(config));
    return identity.identify({ authorization: headers.authorization ?? null, cookie }, origin);
  };
  const origins = new OriginRule(config.publicUrl, config.allowedOrigins);
  const metrics = new Registry();
  addDeliveryMetrics(metrics, () => unitOfWork(() => get(DeliveryFigures).waiting()));
  const http = createHttpServer({
    host: config.host,
    port: config.port,
    publicUrl: config.publicUrl,
    log,
    clientAddress: createClientAddress(config.trustedProxies),
    isProxy: createProxyRule(config.trustedProxies),
    origins,
    metrics: createHttpMetrics(metrics),
    routes: [
      graphqlRoute(graphql, origins),
      schemaRoute(printedSchema(schema)),
      relatedOriginsRoute(config.publicUrl, config.allowedOrigins),
      metricsRoute(metrics, config.metricsToken),
      ...house.routes.map((route) => featureRoute(route, { origins, identify, unitOfWork })),
      ...(showsMails(config) ? [...mailRoutes(mailFolder(config)), ...galleryRoutes(config)] : []),
    ],
    pages: await pages(config, graphql),
    onUpgrade: (request, socket, head) =>
      sockets.upgrade(request, socket, head, {
        origin: { address: request.address, userAgent: request.headers['user-agent'] ?? null },
        cookie: readCookie(request.headers.cookie, sessionCookieName(config)),
      }),
    onDrain: () => sockets.close(),
    ready: readiness(app),
  });
  if (config.worker) await app.worker.open();
  for (const service of house.services) service.open();
  return {
    listen: () => http.listen(),
    async close(graceMs) {
      await http.close(graceMs);
      await Promise.all(house.services.map((service) => service.close()));
      await apollo.close();
    },
  };
}

function readiness({ kernel }: App): () => Promise<Readiness> {
  let migrated = false;
  return async () => {
    try {
      return await kernel.database.unitOfWork(async () => {
        await kernel.database.query('select 1');
        migrated ||= await isMigrated(kernel.database);
        return migrated ? { ok: true } : { ok: false, reason: 'migrations' };
      });
    } catch {
      return { ok: false, reason: 'database' };
    }
  };
}

/** The built pages; a checkout that serves the API alone has none. */
async function pages({ publicUrl, allowedOrigins }: Config, graphql: GraphqlHandler) {
  if (!existsSync(pagesHandler)) return undefined;
  setEnvironment(pagesEnvironment);
  const { handler } = (await import(pagesHandler.href)) as { handler: PagesHandler };
  return createPages(publicUrl, handler, graphql, allowedOrigins);
}

/** Its page shows one-time links: only where the whole site is this machine's own. */
function showsMails({ production, publicUrl }: App['config']): boolean {
  return !production && ['localhost', '127.0.0.1', '[::1]'].includes(new URL(publicUrl).hostname);
}

function mailRoutes(folder: string): Route[] {
  const page = devMailPage(folder);
  const handle: Route['handle'] = async (request, response) => void (await page(request, response));
  const common = { name: 'dev-mail', methods: ['GET'], handle };
  return [
    { ...common, path: '/dev/mail' },
    { ...common, prefix: '/dev/mail/' },
  ];
}

function galleryRoutes({ siteName, publicUrl, supportContact }: App['config']): Route[] {
  const site = { siteName, publicUrl, supportContact };
  const shown = (['EN', 'IT'] as const).flatMap((locale) => alertGallery(site, locale));
  const page = devGalleryPage('/dev/alerts', site, shown);
  const handle: Route['handle'] = (request, response) => Promise.resolve(page(request, response));
  const common = { name: 'dev-alerts', methods: ['GET'], handle };
  return [
    { ...common, path: '/dev/alerts' },
    { ...common, prefix: '/dev/alerts/' },
  ];
}
