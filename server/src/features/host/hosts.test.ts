import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import type { Sample } from './host-probe.js';
import { HostWatch } from './host-watch.js';
import { Hosts } from './hosts.js';

let app: TestApp;
let ada: Viewer;
let now: Sample;

beforeAll(async () => {
  app = await createTestApp();
  ada = await app.signedIn({ permissions: ['admin.alerts'] });
});
afterAll(() => app.close());
beforeEach(() => app.unit(() => app.kernel.database.query('delete from host')));

/** A server of that host, whose samples are given. */
function serverOf(): HostWatch {
  const probe = { host: 'apollo', sample: () => Promise.resolve(now) };
  return new HostWatch(app.kernel, probe, app.get(Hosts));
}

/** A look every five seconds. */
async function seen(watch: HostWatch, ...given: Sample[]): Promise<void> {
  for (const sample of given) {
    now = sample;
    await watch.look();
    app.clock.advance(5_000);
  }
}

const samples = () =>
  app.unit(() => app.kernel.database.query('select sum(samples)::int as count from host_minute'));

describe('a host', () => {
  test('is sampled by one of its servers, and by the other soon after that one is gone', async () => {
    const [one, two] = [serverOf(), serverOf()];
    now = { CPU: 1 };
    expect([await one.look(), await two.look()]).toEqual([true, false]);
    app.clock.advance(5_000);
    expect([await two.look(), await one.look()]).toEqual([false, true]);
    app.clock.advance(10_000);
    expect([await two.look(), await one.look()]).toEqual([true, false]);
    expect(await samples()).toEqual([{ count: 3 }]);
  });

  test('is sampled once by twenty that look at the same moment', async () => {
    const servers = Array.from({ length: 20 }, () => serverOf());
    now = { CPU: 100 };
    const looked = await Promise.all(servers.map((server) => server.look()));
    expect(looked.filter(Boolean)).toHaveLength(1);
    expect(await samples()).toEqual([{ count: 1 }]);
  });

  test('keeps a day of minutes, and tells from them what would have fired', async () => {
    app.clock.set(new Date('2026-11-28T09:00:00Z'));
    const server = serverOf();
    for (let minute = 0; minute < 10; minute += 1) {
      await seen(server, { CPU: minute % 5 === 0 ? 95 : 10 }, { CPU: minute % 5 === 0 ? 99 : 20 });
      app.clock.advance(50_000);
    }
    const asked = `query ($threshold: Float!) { admin {
      alertRuleFirings(metric: CPU, threshold: $threshold, forSeconds: 30)
      host(name: "apollo") { name cpuPercent history(metric: CPU) { at average highest } } hosts } }`;
    const { data } = await app.graphql(asked, { threshold: 90 }, ada);
    expect(data!['admin']).toEqual({
      alertRuleFirings: 2,
      hosts: ['apollo'],
      host: {
        name: 'apollo',
        cpuPercent: 20,
        history: [
          { at: '2026-11-28T09:00:00.000Z', average: 31.4, highest: 99 },
          { at: '2026-11-28T09:05:00.000Z', average: 31.4, highest: 99 },
        ],
      },
    });
    const higher = await app.graphql(asked, { threshold: 100 }, ada);
    expect(higher.data!['admin']).toMatchObject({ alertRuleFirings: 0 });
    app.clock.advance(25 * 3_600_000);
    await app.unit(() => app.get(Hosts).sweep());
    const left = await app.unit(() =>
      app.kernel.database.query('select 1 from host_minute union all select 1 from host'),
    );
    expect(left).toEqual([]);
  });
});
