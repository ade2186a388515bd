import { cpus, hostname } from 'node:os';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import { HostProbe } from '../host/host-probe.js';
import { HostWatch } from '../host/host-watch.js';
import { Hosts } from '../host/hosts.js';
import { AlertRules } from './alert-rules.js';
import { AlertStates } from './alert-states.js';

let app: TestApp;
beforeAll(async () => {
  app = await createTestApp();
});
afterAll(() => app.close());

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const busyMs = 10_000;
/** On every processor, so that the machine has nothing left; ends by itself. */
const busyLoops = () =>
  cpus().map(
    () =>
      new Worker(`const end = Date.now() + ${busyMs}; while (Date.now() < end);`, { eval: true }),
  );

function serverOfThisHost(): HostWatch {
  const watch = new HostWatch(app.kernel, new HostProbe([app.dataDir]), app.get(Hosts));
  watch.follow((host, sample) => app.get(AlertStates).judge(host, sample));
  return watch;
}

test('this machine tells its processor, memory, disk and load', async () => {
  const sample = await new HostProbe([app.dataDir, '/']).sample();
  for (const metric of ['CPU', 'MEMORY', 'DISK'] as const) {
    expect(sample[metric]).toBeGreaterThanOrEqual(metric === 'CPU' ? 0 : 0.01);
    expect(sample[metric]).toBeLessThanOrEqual(100);
  }
  expect(sample.LOAD).toBeGreaterThanOrEqual(0);
});

test('a folder that is not there leaves the other one’s fullness', async () => {
  const one = await new HostProbe([app.dataDir]).sample();
  const both = await new HostProbe([app.dataDir, '/does/not/exist']).sample();
  expect(both.DISK).toBeCloseTo(one.DISK!, 0);
  expect(await new HostProbe(['/does/not/exist']).sample()).not.toHaveProperty('DISK');
});

test(
  'a busy loop fires the rule once and its end resolves it once, whichever of two servers looks',
  {
    timeout: 120_000,
  },
  async ({ skip }) => {
    const quiet = await quietPercent(app.dataDir);
    if (quiet > 75) skip('other programs keep every processor of this machine busy');
    const threshold = Math.round(quiet + (100 - quiet) * 0.6);
    const viewer = commandViewer('test');
    await app.signedIn({ permissions: ['admin.alerts'] });
    await app.unit(() =>
      app.get(AlertRules).put(viewer, {
        metric: 'CPU',
        threshold,
        forSeconds: 1,
        hysteresis: 5,
        enabled: true,
      }),
    );
    const servers = [serverOfThisHost(), serverOfThisHost()];
    const lookUntil = async (firing: boolean, longestMs: number) => {
      const end = Date.now() + longestMs;
      while (Date.now() < end) {
        app.clock.set(new Date());
        const looked = await Promise.all(servers.map((server) => server.look()));
        expect(looked.filter(Boolean)).toHaveLength(1);
        const [rule] = await app.unit(() => app.get(AlertRules).list(viewer));
        if (rule!.firing === firing) return;
        await pause(400);
      }
      throw new Error(`The rule is not ${firing ? 'firing' : 'resolved'} after ${longestMs} ms`);
    };
    const loops = busyLoops();
    await lookUntil(true, busyMs).finally(() => Promise.all(loops.map((loop) => loop.terminate())));
    await lookUntil(false, 60_000);
    for (let look = 0; look < 3; look += 1) {
      app.clock.set(new Date());
      await Promise.all(servers.map((server) => server.look()));
      await pause(300);
    }
    const told = await app.unit(() =>
      app.kernel.database.query<{ data: { event: string; host: string } }>(
        `select data from message where type = 'alert.cpu' order by created_at`,
      ),
    );
    expect(told.map(({ data }) => `${data.event} ${data.host}`)).toEqual([
      `exceeded ${hostname()}`,
      `back_to_normal ${hostname()}`,
    ]);
  },
);

/** The calmest second of some. */
async function quietPercent(folder: string): Promise<number> {
  const probe = new HostProbe([folder]);
  let least = 100;
  for (let second = 0; second < 10 && least > 40; second += 1) {
    await pause(1_000);
    least = Math.min(least, (await probe.sample()).CPU ?? 100);
  }
  return least;
}
