import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp } from '../src/app.js';
import type { App, AppOptions } from '../src/app.js';
import { readConfig } from '../src/config.js';
import { Accounts } from '../src/features/account/accounts.js';
import { Passwords } from '../src/features/password/passwords.js';
import { Sessions } from '../src/features/session/sessions.js';
import { SettableClock } from '../src/kernel/clock.js';
import { createLog } from '../src/kernel/log/log.js';
import { anonymous, systemViewer } from '../src/kernel/access/viewer.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { ApolloTransport } from '../src/transport/graphql/apollo.js';
import { errorMapper } from '../src/transport/graphql/errors.js';
import { Gate } from '../src/transport/graphql/gate.js';
import { Identity } from '../src/transport/graphql/identity.js';
import { OperationContext } from '../src/transport/graphql/operation-context.js';
import { createTestDatabase } from './database.js';

export interface GraphqlAnswer {
  // Tests say what they expect of it; a type for each document would say it twice.
  readonly data: Record<string, unknown> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: { readonly code: string; readonly field?: string };
  }[];
}

export interface Person {
  readonly username?: string;
  readonly role?: 'USER' | 'ADMIN';
  readonly permissions?: readonly string[];
  readonly password?: string;
  /** Whether the session has a fresh proof; true unless told. */
  readonly confirmed?: boolean;
}

export interface TestApp extends App {
  readonly clock: SettableClock;
  readonly databaseUrl: string;
  readonly dataDir: string;
  unit<T>(work: () => Promise<T>): Promise<T>;
  /** An account with an open session, as the session's viewer. */
  signedIn(person?: Person): Promise<Viewer>;
  /** The cookie's secret of a viewer that signedIn made. */
  secretOf(viewer: Viewer): string;
  /** Through gate, limits and error mapping, without HTTP. */
  graphql(
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer,
    /** The secret that this browser keeps; one and the same unless told. */
    browser?: string,
    operationName?: string,
  ): Promise<GraphqlAnswer>;
}

export const nobody = anonymous({ address: '203.0.113.7', userAgent: 'test' });
export const goodPassword = 'correct horse battery';
/** Cheap enough to make hundreds of accounts; what is measured elsewhere is the real cost. */
const cheap = { cost: { memory: 1_024, passes: 1, lanes: 1 } };

export async function createTestApp(
  env: Record<string, string> = {},
  { resolve }: Pick<AppOptions, 'resolve'> = {},
): Promise<TestApp> {
  const database = await createTestDatabase();
  const dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-data-'));
  const config = readConfig({ DATA_DIR: dataDir, PORT: '0', ...env }, { envFile: false });
  const clock = new SettableClock();
  const log = createLog('silent');
  const app = await openApp({
    config,
    databaseUrl: database.url,
    log,
    clock,
    hashing: cheap,
    resolve,
  });
  const schema = app.schema();
  const apollo = new ApolloTransport(schema, new Gate(schema), errorMapper(log), {
    introspection: true,
  });
  await apollo.open();
  const identity = new Identity(app.house.credentials);
  const secrets = new Map<string, string>();
  const unit = <T>(work: () => Promise<T>) => app.kernel.database.unitOfWork(work);
  let made = 0;

  return {
    ...app,
    clock,
    databaseUrl: database.url,
    dataDir,
    unit,
    secretOf: (viewer) => secrets.get(viewer.credentialId!)!,
    signedIn: (person = {}) =>
      unit(async () => {
        const role = person.role ?? (person.permissions ? 'ADMIN' : 'USER');
        const username = person.username ?? `person${++made}`;
        const account = await app.get(Accounts).create(systemViewer, {
          username,
          email: `${username}@example.org`,
          role,
          permissions: [...(person.permissions ?? [])],
        });
        await app.get(Passwords).set(systemViewer, account.id, person.password ?? goodPassword, {
          oneTime: false,
        });
        const { secret } = await app.get(Sessions).open(account.id, 'PASSWORD', nobody.origin, {
          remember: true,
          confirmed: person.confirmed ?? true,
        });
        const credentials = { authorization: null, cookie: secret };
        const viewer = await identity.identify(credentials, nobody.origin);
        secrets.set(viewer.credentialId!, secret);
        return viewer;
      }),
    graphql: (
      query,
      variables = {},
      viewer = nobody,
      browser = 'the browser of this test',
      operationName = undefined,
    ) =>
      unit(async () => {
        const context = new OperationContext(viewer, {
          identity,
          get: app.get,
          origin: nobody.origin,
          setCookie(secret) {
            last = secret;
          },
          browser: () => browser,
        });
        let last: string | null = null;
        const headers = new Headers({ 'content-type': 'application/json' });
        const body = JSON.stringify({ query, variables, operationName });
        const answer = await apollo.answer({ method: 'POST', headers, body }, async () => context);
        if (last !== null && context.viewer.credentialId)
          secrets.set(context.viewer.credentialId, last);
        return JSON.parse(answer.body) as GraphqlAnswer;
      }),
    async close() {
      await apollo.close();
      await app.close();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
