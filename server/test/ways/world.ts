import { createTestApp, goodPassword, nobody } from '../app.js';
import type { TestApp } from '../app.js';
import { refusalOf, viewerOf } from '../beside.js';
import { PasskeyPage } from '../passkeys.js';
import { whoAt } from '../places.js';
import { enrol } from '../second-factor.js';
import type { Authenticator } from '../second-factor.js';
import { createTestServer } from '../server.js';
import type { As, TestServer } from '../server.js';
import { SecondFactorTries } from '../../src/features/factor/second-factor-tries.js';
import { Sessions } from '../../src/features/session/sessions.js';
import { Totps } from '../../src/features/totp/totps.js';
import { UserCredentials } from '../../src/features/user-change/user-credentials.js';
import { on } from '../../src/kernel/outbox/events.js';
import { Links } from '../../src/kernel/access/link.js';
import { systemViewer } from '../../src/kernel/access/viewer.js';
import type { Viewer } from '../../src/kernel/access/viewer.js';

export interface Somebody {
  readonly id: string;
  readonly viewer: Viewer;
}

/** A way is gone after a rule began to hold: the answer is what came of it. */
type Go = () => Promise<string>;

/** 'session': a new one was opened; 'done': it went through and opened none; else the refusal. */
export type Way = Record<Rule, string> & {
  /** What the log says afterwards of somebody for whom nothing forbids it, and alerts hear. */
  readonly recorded: readonly string[];
  /** Whatever must be there before a rule begins to hold. */
  readonly begin: (who: Somebody, world: World) => Promise<Go>;
};

export const signInDocument = `mutation ($input: SignInInput!) {
  answer: signIn(input: $input) {
    __typename ... on SignedIn { account { email } } ... on SecondFactorRequired { methods }
  } }`;

type Hold = (who: Somebody, world: World) => Promise<unknown>;

export const rules = {
  /** Nothing forbids it. */
  free: (async () => {}) as Hold,
  disabled: (async (who, { sql }) =>
    sql('update account set disabled_at = now() where id = $1', [who.id])) as Hold,
  /** From an address that is not on the person's list. */
  elsewhere: (async (who, { sql }) =>
    sql(
      `insert into ip_allowlist (account_id, enabled, entries)
       values ($1, true, '[{"cidr": "198.51.100.0/24", "label": null}]')`,
      [who.id],
    )) as Hold,
  /** Switched on in another session: the one in which it is done has a new proof, and a new cookie. */
  twoFactor: (async (who, { app }) => {
    if (await app.unit(() => app.get(Totps).isOn(who.id))) return;
    const options = { remember: true, confirmed: true };
    const { secret } = await app.unit(() =>
      app.get(Sessions).open(who.id, 'PASSWORD', nobody.origin, options),
    );
    await enrol(app, await viewerOf(app, secret));
  }) as Hold,
  /** An administrator has set one, so all that was open has ended. */
  oneTimePassword: (async (who, { app }) =>
    app.unit(() =>
      app.get(UserCredentials).setPassword(systemViewer, who.id, goodPassword),
    )) as Hold,
  /** Wrong passwords and codes were tried, from here, until no more may be. */
  limited: (async (who, { app }) => {
    const input = { login: who.viewer.name, password: 'wrong' };
    for (let n = 0; n < 5; n += 1) await app.graphql(signInDocument, { input });
    for (let n = 0; n < 10; n += 1) {
      await app.unit(() => app.get(SecondFactorTries).take(who.id));
    }
  }) as Hold,
};
export type Rule = keyof typeof rules;

/** A server with people, and how one goes the ways of the table. */
export class World {
  readonly page: PasskeyPage;
  #made = 0;

  private constructor(
    readonly app: TestApp,
    readonly server: TestServer,
  ) {
    this.page = new PasskeyPage(app);
  }

  static async open(): Promise<World> {
    const app = await createTestApp({ WORKER: 'false' });
    // Stands for whoever tells people: an event without a listener leaves no trace.
    app.kernel.events.register([on({ name: 'activity.recorded' }, 'ways', async () => {})]);
    const world = new World(app, await createTestServer({ app }));
    await world.sql(`update site set registration = 'OPEN', set_up_at = now()`);
    return world;
  }

  async close(): Promise<void> {
    await this.server.close();
    await this.app.close();
  }

  readonly sql = <Row>(text: string, parameters: readonly unknown[] = []): Promise<Row[]> =>
    this.app.unit(() => this.app.kernel.database.query<Row>(text, parameters));

  async somebody(): Promise<Somebody> {
    await this.sql('delete from rate_limit');
    const viewer = await this.app.signedIn({ username: `somebody${this.next()}` });
    const id = viewer.accountId!;
    await this.sql('update account set email_verified = true where id = $1', [id]);
    return { id, viewer };
  }

  next(): number {
    return ++this.#made;
  }

  soon(): Date {
    return new Date(this.app.clock.now().getTime() + 3_600_000);
  }

  /** By a document whose field is called `answer`. */
  async ask(document: string, variables: object = {}, viewer?: Viewer): Promise<string> {
    const answer = await this.app.graphql(document, { ...variables }, viewer);
    const refusal = refusalOf(answer);
    if (refusal) return refusal.code;
    const type = (answer.data!['answer'] as { __typename?: string } | null)?.__typename;
    if (type === 'SecondFactorRequired') return 'second step';
    return type === 'SignedIn' ? 'session' : 'done';
  }

  /** With the session that somebody has, if it still lets in. */
  async withSession(who: Somebody, go: (viewer: Viewer) => Promise<string>): Promise<string> {
    const cookie = this.app.secretOf(who.viewer);
    const now = await whoAt(this.app, { cookie }, nobody.origin.address);
    return typeof now === 'string' ? now : go(now);
  }

  /** The token of a mailed link. */
  async tokenFor(who: Somebody, purpose: string): Promise<string> {
    const { app } = this;
    const links = new Links(app.kernel.database, app.clock);
    return (await app.unit(() => links.issue(purpose, who.id, 1_800))).secret;
  }

  async newToken(who: Somebody): Promise<string> {
    const enable = 'mutation { setApiAccess(enabled: true) { enabled } }';
    await this.app.graphql(enable, {}, who.viewer);
    const { data } = await this.app.graphql(
      `mutation { createAccessToken(input: {
        name: "tool", scopes: [ACCOUNT_READ, ACCOUNT_WRITE, NOTIFICATIONS_READ] }) { secret } }`,
      {},
      who.viewer,
    );
    return (data as { createAccessToken: { secret: string } }).createAccessToken.secret;
  }

  /** A socket that is opened now: 'done' when something is heard, else the code it is closed with. */
  async listen(as: As): Promise<string> {
    const subscribed = this.server.subscribe('subscription { unreadCount }', {}, as);
    try {
      const heard = await subscribed.next();
      return refusalOf(heard as never)?.code ?? 'done';
    } catch {
      const how = await subscribed.ended;
      return how === 'completed' ? how : String(how.code);
    } finally {
      await subscribed.stop();
    }
  }
}

/** Of somebody who has a second factor. */
export const withCode =
  (go: (who: Somebody, phone: Authenticator, world: World) => Promise<Go>): Way['begin'] =>
  async (who, world) =>
    go(who, await enrol(world.app, who.viewer), world);

/** No session comes of it, so no rule about sessions is in its way. */
export const always = {
  free: 'done',
  disabled: 'done',
  elsewhere: 'done',
  twoFactor: 'done',
  oneTimePassword: 'done',
  limited: 'done',
  recorded: [],
};

/** Goes through with the session at hand, which the same statement holds against every rule. */
export const inSession = {
  ...always,
  disabled: 'ACCOUNT_DISABLED',
  elsewhere: 'IP_NOT_ALLOWED',
  oneTimePassword: 'UNAUTHENTICATED',
};
