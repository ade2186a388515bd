import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { nobodysId } from '../../../test/every-field.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Sample } from '../host/host-probe.js';
import { HostWatch } from '../host/host-watch.js';
import { Hosts } from '../host/hosts.js';
import { AlertStates } from './alert-states.js';

const put = `mutation ($input: AlertRuleInput!) {
  putAlertRule(input: $input) { id metric threshold forSeconds hysteresis enabled firing lastFiredAt } }`;
const remove = 'mutation ($id: ID!) { removeAlertRule(id: $id) }';
const list = '{ admin { alertRules { id metric firing firingHosts lastFiredAt enabled } } }';
const inbox = '{ me { inbox(first: 50) { nodes { type severity title body data } } } }';

let app: TestApp;
let ada: Viewer;
let grace: Viewer;
let without: Viewer;
let now: Sample;

beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ username: 'ada', permissions: ['admin.alerts'] });
  grace = await app.signedIn({ username: 'grace', permissions: ['admin.alerts', 'admin.users'] });
  without = await app.signedIn({ permissions: ['admin.users'] });
});
afterAll(() => app.close());
beforeEach(() =>
  app.unit(async () => {
    for (const table of ['alert_rule', 'host', 'message']) {
      await app.kernel.database.query(`delete from ${table}`);
    }
  }),
);

/** A server of that host, whose samples are given. */
function serverOf(host = 'apollo'): HostWatch {
  const probe = { host, sample: () => Promise.resolve(now) };
  const watch = new HostWatch(app.kernel, probe, app.get(Hosts));
  watch.follow((name, sample) => app.get(AlertStates).judge(name, sample));
  return watch;
}

/** A look every five seconds. */
async function seen(watch: HostWatch, ...samples: Sample[]): Promise<void> {
  for (const sample of samples) {
    now = sample;
    await watch.look();
    app.clock.advance(5_000);
  }
}

async function made(input: Record<string, unknown>): Promise<string> {
  const { data, errors } = await app.graphql(put, { input }, ada);
  expect(errors).toBeUndefined();
  return (data!['putAlertRule'] as { id: string }).id;
}

interface Told {
  readonly type: string;
  readonly severity: string;
  readonly title: string;
  readonly body: string;
  readonly data: Record<string, unknown>;
}

async function toldTo(viewer: Viewer): Promise<Told[]> {
  const { data } = await app.graphql(inbox, {}, viewer);
  return (data!['me'] as { inbox: { nodes: Told[] } }).inbox.nodes;
}

async function rules(): Promise<Record<string, unknown>[]> {
  const { data } = await app.graphql(list, {}, ada);
  return (data!['admin'] as { alertRules: Record<string, unknown>[] }).alertRules;
}

describe('a rule that fires', () => {
  test('says so once to every administrator with the permission, and once that it is over', async () => {
    await made({ metric: 'CPU', threshold: 90, forSeconds: 10 });
    const server = serverOf();
    await seen(server, { CPU: 95 }, { CPU: 96 });
    expect(await toldTo(ada)).toEqual([]);
    await seen(server, { CPU: 97.25 }, { CPU: 99 }, { CPU: 99 });
    expect(await toldTo(ada)).toMatchObject([
      {
        type: 'alert.cpu',
        severity: 'CRITICAL',
        title: 'CPU at 97.3 % on apollo',
        body: expect.stringContaining('At or above 90 % for 10 seconds.') as string,
        data: { host: 'apollo', value: 97.25, threshold: 90, event: 'exceeded' },
      },
    ]);
    expect(await rules()).toMatchObject([{ firing: true, firingHosts: ['apollo'] }]);
    await seen(server, { CPU: 86 }, { CPU: 84 }, { CPU: 3 });
    const told = await toldTo(grace);
    expect(told).toHaveLength(2);
    expect(told[0]).toMatchObject({
      type: 'alert.cpu',
      severity: 'SUCCESS',
      title: 'CPU back to normal on apollo',
      body: 'Now at 84 %; the alert was set at 90 %.',
      data: { event: 'back_to_normal' },
    });
    expect(await rules()).toMatchObject([{ firing: false, firingHosts: [] }]);
    expect((await rules())[0]!['lastFiredAt']).not.toBeNull();
    expect(await toldTo(without)).toEqual([]);
  });

  test('stays firing over a restart, without a second word, and another server says when it ends', async () => {
    await made({ metric: 'MEMORY', threshold: 80, forSeconds: 0 });
    await seen(serverOf(), { MEMORY: 81 });
    app.clock.advance(60_000);
    const restarted = serverOf();
    await seen(restarted, { MEMORY: 85 }, { MEMORY: 99 });
    expect(await toldTo(ada)).toHaveLength(1);
    expect(await rules()).toMatchObject([{ firing: true }]);
    await seen(restarted, { MEMORY: 20 });
    expect(await toldTo(ada)).toHaveLength(2);
  });

  test('names the host: two of them fire apart', async () => {
    await made({ metric: 'LOAD', threshold: 4, forSeconds: 0 });
    const [one, two] = [serverOf('apollo'), serverOf('hermes')];
    await seen(one, { LOAD: 5 });
    await seen(two, { LOAD: 6.5 });
    await seen(one, { LOAD: 1 });
    expect((await toldTo(ada)).map(({ title }) => title)).toEqual([
      'Load back to normal on apollo',
      'Load at 6.5 on hermes',
      'Load at 5 on apollo',
    ]);
    expect((await toldTo(ada))[2]!.body).toMatch(/^At or above 4 now\./);
    expect(await rules()).toMatchObject([{ firing: true, firingHosts: ['hermes'] }]);
  });

  test('is told of each of ten hosts on which it fires at the same moment', async () => {
    await made({ metric: 'CPU', threshold: 90, forSeconds: 0 });
    await made({ metric: 'MEMORY', threshold: 90, forSeconds: 0 });
    now = { MEMORY: 99, CPU: 99 };
    const servers = Array.from({ length: 10 }, (_, index) => serverOf(`host${index}`));
    const looked = await Promise.all(servers.map((server) => server.look()));
    expect(looked).toEqual(servers.map(() => true));
    expect(await toldTo(ada)).toHaveLength(20);
    expect((await rules()).map(({ firingHosts }) => (firingHosts as string[]).length)).toEqual([
      10, 10,
    ]);
  });

  test('is silent and forgets when it is switched off, and begins anew when it is switched on', async () => {
    const rule = { metric: 'DISK', threshold: 90, forSeconds: 0 };
    const id = await made(rule);
    const server = serverOf();
    await seen(server, { DISK: 95 });
    await made({ ...rule, id, enabled: false });
    await seen(server, { DISK: 10 }, { DISK: 95 });
    expect(await toldTo(ada)).toHaveLength(1);
    expect(await rules()).toMatchObject([{ firing: false, enabled: false }]);
    await made({ ...rule, id, enabled: true });
    await seen(server, { DISK: 95 });
    expect(await toldTo(ada)).toHaveLength(2);
  });

  test('whose threshold is raised above the value resolves', async () => {
    const rule = { metric: 'CPU', threshold: 50, forSeconds: 0 };
    const id = await made(rule);
    const server = serverOf();
    await seen(server, { CPU: 60 });
    await made({ ...rule, id, threshold: 80 });
    expect(await rules()).toMatchObject([{ firing: true }]);
    await seen(server, { CPU: 60 });
    expect((await toldTo(ada)).map(({ data }) => data['event'])).toEqual([
      'back_to_normal',
      'exceeded',
    ]);
  });

  test('reads in Italian to who reads Italian', async () => {
    await made({ metric: 'DISK', threshold: 90, forSeconds: 600 });
    const server = serverOf();
    for (let look = 0; look <= 120; look += 1) await seen(server, { DISK: 91.5 });
    const prefer = 'mutation { updatePreferences(input: { locale: IT }) { locale } }';
    expect((await app.graphql(prefer, {}, grace)).errors).toBeUndefined();
    expect((await toldTo({ ...grace, locale: 'IT' }))[0]).toMatchObject({
      title: 'Spazio su disco: 91,5 % su apollo',
      body: expect.stringContaining('È a 90 % o più da 10 minuti.') as string,
    });
  });
});

describe('the rules', () => {
  test('are for who has the permission', async () => {
    const id = await made({ metric: 'CPU', threshold: 90 });
    for (const viewer of [nobody, await app.signedIn(), without]) {
      const input = { metric: 'CPU', threshold: 1 };
      for (const answer of [
        await app.graphql(list, {}, viewer),
        await app.graphql(put, { input }, viewer),
        await app.graphql(remove, { id }, viewer),
        await app.graphql('{ admin { host { cpuPercent } } }', {}, viewer),
      ]) {
        expect(['UNAUTHENTICATED', 'FORBIDDEN']).toContain(answer.errors![0]!.extensions.code);
      }
    }
    expect(await rules()).toHaveLength(1);
  });

  test.each([
    [{ threshold: 0 }, 'threshold'],
    [{ threshold: 101 }, 'threshold'],
    [{ metric: 'LOAD', threshold: 10_001 }, 'threshold'],
    [{ threshold: 90, forSeconds: -1 }, 'forSeconds'],
    [{ threshold: 90, forSeconds: 86_401 }, 'forSeconds'],
    [{ threshold: 90, hysteresis: 90 }, 'hysteresis'],
    [{ threshold: 90, hysteresis: -1 }, 'hysteresis'],
  ])('that make no sense are refused: %j', async (input, field) => {
    const { errors } = await app.graphql(put, { input: { metric: 'CPU', ...input } }, ada);
    expect(errors![0]!.extensions).toEqual({ code: 'BAD_USER_INPUT', field });
    expect(await rules()).toEqual([]);
  });

  test('are kept with their defaults, and every change is in the log', async () => {
    const { data } = await app.graphql(put, { input: { metric: 'CPU', threshold: 90 } }, ada);
    const rule = data!['putAlertRule'] as { id: string };
    expect(rule).toMatchObject({ forSeconds: 60, hysteresis: 5, enabled: true, firing: false });
    await made({ id: rule.id, metric: 'CPU', threshold: 90 });
    await made({ id: rule.id, metric: 'CPU', threshold: 95 });
    expect((await app.graphql(remove, { id: rule.id }, ada)).data).toEqual({
      removeAlertRule: true,
    });
    const kinds = await app.unit(() =>
      app.kernel.database.query<{ kind: string }>(
        `select e.kind from activity_entry e join activity_person p on p.activity_id = e.id
         where e.kind like 'alert_rule.%' and p.details->>'id' = $1 order by e.id`,
        [rule.id],
      ),
    );
    expect(kinds.map(({ kind }) => kind)).toEqual([
      'alert_rule.changed',
      'alert_rule.changed',
      'alert_rule.removed',
    ]);
  });

  test.each([nobodysId, 'nonsense'])('that are not there cannot be changed: %s', async (id) => {
    const changed = await app.graphql(put, { input: { id, metric: 'CPU', threshold: 90 } }, ada);
    expect(changed.errors![0]!.extensions).toEqual({ code: 'NOT_FOUND', field: 'id' });
    const removed = await app.graphql(remove, { id }, ada);
    expect(removed.errors![0]!.extensions).toEqual({ code: 'NOT_FOUND', field: 'id' });
  });
});
