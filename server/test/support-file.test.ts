import { once } from 'node:events';
import {
  chmod,
  chown,
  lchown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { AuthorizedKeysProblem } from '../src/features/support-access/authorized-keys-problem.js';
import { AuthorizedKeys } from '../src/features/support-access/authorized-keys.js';
import { HeldFolder } from '../src/features/support-access/held-folder.js';
import { SupportAccesses } from '../src/features/support-access/support-accesses.js';
import { commandViewer } from '../src/kernel/access/viewer.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { createTestApp } from './app.js';
import type { TestApp } from './app.js';
import { openSupportHost } from './support-host.js';
import type { SupportHost } from './support-host.js';

const enable =
  'mutation ($hours: Int!) { enableSupportAccess(hours: $hours) { active expiresAt enabledBy problem } }';
const disable = 'mutation { disableSupportAccess { active problem } }';
const status = '{ admin { supportAccess { active problem } } }';
const others = Buffer.from('# mine\r\nssh-ed25519 AAAAC3Nz admin@home\n');

/** Puts the link in the folder's place and takes it away again, as fast as it can. */
const turning = `
  const { renameSync } = require('node:fs');
  const { workerData: [folder, link], parentPort } = require('node:worker_threads');
  parentPort.postMessage('begun');
  for (;;) {
    renameSync(folder, folder + '-aside');
    renameSync(link, folder);
    renameSync(folder, link);
    renameSync(folder + '-aside', folder);
  }`;

let app: TestApp;
let host: SupportHost;
let admin: Viewer;

beforeAll(async () => {
  host = await openSupportHost(undefined, 'gatehouse-support-file');
  app = await createTestApp(host.settings);
  admin = await app.signedIn({ username: 'ada', permissions: ['admin.system.support'] });
});
afterAll(async () => {
  await app.close();
  await host.close();
});
beforeEach(async () => {
  app.clock.set(new Date());
  await app.unit(() => app.get(SupportAccesses).disable(commandViewer('test')));
  await host.write(others);
});

const kinds = async (): Promise<unknown[]> => {
  const rows = await app.unit(() =>
    app.kernel.database.query<{ kind: string }>(
      `select kind from activity where kind like 'support%' order by id`,
    ),
  );
  return rows.map(({ kind }) => kind);
};

describe('a file that could be somebody else’s', () => {
  const refused = async () => {
    const before = await kinds();
    const { errors } = await app.graphql(enable, { hours: 1 }, admin);
    expect(errors![0]!.extensions.code).toBe('NOT_CONFIGURED');
    expect(await kinds()).toEqual(before);
    const { data } = await app.graphql(status, {}, admin);
    return (data!['admin'] as { supportAccess: { problem: string } }).supportAccess.problem;
  };

  test('is refused as a link, and what it points at stays', async () => {
    const target = join(host.folder, 'elsewhere');
    await writeFile(target, others);
    await rm(host.file);
    await symlink(target, host.file);
    expect(await refused()).toBe('UNSAFE_FILE');
    expect(await readFile(target)).toEqual(others);
    await rm(host.file);
  });

  test('is refused when others may write to it or to its folder', async () => {
    await chmod(host.file, 0o666);
    expect(await refused()).toBe('UNSAFE_FILE');
    await chmod(host.file, 0o600);
    await chmod(host.folder, 0o777);
    expect(await refused()).toBe('UNSAFE_FILE');
    await chmod(host.folder, 0o700);
  });

  test.skipIf(process.getuid?.() !== 0)('is refused when it belongs to another user', async () => {
    await chown(host.file, 65_534, 65_534);
    expect(await refused()).toBe('UNSAFE_FILE');
    await chown(host.file, host.uid, host.uid);
  });

  test('is refused in a folder that is a link, or lies behind one that anybody could turn', async () => {
    const aside = `${host.folder}-aside`;
    await rename(host.folder, aside);
    await symlink(aside, host.folder);
    expect(await refused()).toBe('UNSAFE_FILE');
    await rm(host.folder);
    await rename(aside, host.folder);
    const [behind, turned] = [join(host.folder, 'behind'), join(host.folder, 'turned')];
    await mkdir(join(behind, 'keys'), { recursive: true, mode: 0o700 });
    await symlink(behind, turned);
    await lchown(turned, host.uid, host.uid).catch(() => {});
    const keys = new AuthorizedKeys(join(turned, 'keys', 'authorized_keys'), host.user);
    const check = keys.line();
    if (host.uid === 0) await check;
    else await expect(check).rejects.toMatchObject({ problem: 'UNSAFE_FILE' });
  });

  test.skipIf(process.getuid?.() !== 0)('is refused in a folder of another user', async () => {
    await chown(host.folder, 65_534, 65_534);
    expect(await refused()).toBe('UNSAFE_FILE');
    await chown(host.folder, host.uid, host.uid);
  });

  test('is written where it was looked at, though another folder took its place meanwhile', async () => {
    const keys = join(host.folder, 'held');
    await mkdir(keys, { mode: 0o700 });
    await chown(keys, host.uid, host.uid).catch(() => {});
    const folder = await HeldFolder.open(keys, [0, host.uid]);
    await rename(keys, `${keys}-before`);
    const thief = join(host.folder, 'of-root');
    await mkdir(thief);
    await symlink(thief, keys);
    await writeFile(folder.at('authorized_keys'), 'a line');
    await folder.close();
    expect(await readdir(thief)).toEqual([]);
    expect(await readdir(`${keys}-before`)).toEqual(['authorized_keys']);
  });

  test('is refused when it is larger than any such file, and not read', async () => {
    const handle = await open(host.file, 'w');
    await handle.truncate(3 * 1024 ** 3);
    await handle.close();
    expect(await refused()).toBe('UNSAFE_FILE');
    await rm(host.file);
  });

  test('is not reached through a folder on the way that is turned into a link meanwhile', async () => {
    const [own, ofRoot] = [join(host.folder, 'own'), join(host.folder, 'of-another')];
    for (const folder of [own, ofRoot]) {
      await mkdir(join(folder, 'ssh'), { recursive: true, mode: 0o700 });
    }
    const turned = join(host.folder, 'turned-meanwhile');
    await symlink(ofRoot, turned);
    const turner = new Worker(turning, { eval: true, workerData: [own, turned] });
    const keys = new AuthorizedKeys(join(own, 'ssh', 'authorized_keys'), host.user);
    try {
      await once(turner, 'message');
      for (let n = 0; n < 100; n += 1) {
        await keys.write(`line ${n} gatehouse-support`).catch((error: unknown) => {
          expect(error).toBeInstanceOf(AuthorizedKeysProblem);
        });
      }
    } finally {
      await turner.terminate();
    }
    expect(await readdir(join(ofRoot, 'ssh'))).toEqual([]);
  });

  test.skipIf(process.getuid?.() !== 0)(
    'is reached through a link that only root could turn',
    async () => {
      const ofRoot = await mkdtemp('/var/lib/gatehouse-support-link-');
      const link = join(ofRoot, 'home');
      await symlink(host.folder, link);
      const inner = join(host.folder, 'inner');
      await mkdir(inner, { mode: 0o700 });
      await chown(inner, host.uid, host.uid);
      const keys = new AuthorizedKeys(join(link, 'inner', 'authorized_keys'), host.user);
      await keys.write('a line gatehouse-support');
      expect(await readdir(inner)).toEqual(['authorized_keys']);
      await chmod(ofRoot, 0o777);
      await expect(keys.line()).rejects.toMatchObject({ problem: 'UNSAFE_FILE' });
      await rm(ofRoot, { recursive: true });
    },
  );

  test('keeps its owner and mode', async () => {
    await chmod(host.file, 0o640);
    const { uid, gid } = await stat(host.file);
    await app.graphql(enable, { hours: 1 }, admin);
    expect(await stat(host.file)).toMatchObject({ uid, gid });
    expect((await stat(host.file)).mode & 0o777).toBe(0o640);
  });

  test('is made when it is not there, for its user’s eyes only', async () => {
    await rm(host.file);
    await app.graphql(enable, { hours: 1 }, admin);
    expect(await stat(host.file)).toMatchObject({ uid: host.uid });
    expect((await stat(host.file)).mode & 0o777).toBe(0o600);
  });
});

test('who is let in cannot keep it open by spoiling the file', async () => {
  await app.graphql(enable, { hours: 1 }, admin);
  await chmod(host.file, 0o666);
  const { data, errors } = await app.graphql(disable, {}, admin);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ disableSupportAccess: { active: false } });
  expect((await kinds()).at(-1)).toBe('support_access.disabled');
  const { data: now } = await app.graphql(status, {}, admin);
  expect(now).toMatchObject({ admin: { supportAccess: { problem: 'UNSAFE_FILE' } } });
  // The line goes as soon as the file can be written.
  await app.unit(() => app.get(SupportAccesses).reconcile());
  await chmod(host.file, 0o600);
  const draft = join(host.folder, '.authorized_keys.gatehouse');
  await mkdir(draft);
  await app.unit(() => app.get(SupportAccesses).reconcile());
  const { data: left } = await app.graphql(status, {}, admin);
  expect(left).toMatchObject({ admin: { supportAccess: { problem: 'NOT_WRITABLE' } } });
  await rmdir(draft);
  await app.unit(() => app.get(SupportAccesses).reconcile());
  expect((await host.read()).toString('latin1')).not.toContain('gatehouse-support');
});
