import {
  chmod,
  chown,
  lchown,
  mkdir,
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
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { needs } from '../../../test/program.js';
import { openSupportHost } from '../../../test/support-host.js';
import type { SupportHost } from '../../../test/support-host.js';
import { commandViewer } from '../../kernel/viewer.js';
import type { Viewer } from '../../kernel/viewer.js';
import { accessLine, AuthorizedKeys, withLine } from './authorized-keys.js';
import { HeldFolder } from './held-folder.js';
import { SupportAccesses } from './support-accesses.js';

const sshd = await needs('sshd', import.meta.url);
const enable =
  'mutation ($hours: Int!) { enableSupportAccess(hours: $hours) { active expiresAt enabledBy problem } }';
const disable = 'mutation { disableSupportAccess { active problem } }';
const status = '{ admin { supportAccess { active expiresAt sshUser keyFingerprint problem } } }';
const others = Buffer.from(
  '# mine\r\nssh-ed25519 AAAAC3Nz admin@home\n\n\xff no newline at the end',
  'latin1',
);

let app: TestApp;
let host: SupportHost;
let admin: Viewer;

beforeAll(async () => {
  host = await openSupportHost(sshd);
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

describe('support access', () => {
  test('puts one line with its end into the file, and every other byte stays', async () => {
    const { data } = await app.graphql(enable, { hours: 4 }, admin);
    expect(data).toMatchObject({
      enableSupportAccess: { active: true, enabledBy: 'ada', problem: null },
    });
    const content = await host.read();
    const end = (data!['enableSupportAccess'] as { expiresAt: string }).expiresAt;
    const stamp = end.replaceAll(/[-:T]/g, '').slice(0, 14);
    expect(content.toString('latin1')).toBe(
      `${others.toString('latin1')}\nrestrict,pty,expiry-time="${stamp}Z" ${host.key} gatehouse-support\n`,
    );
    await app.graphql(enable, { hours: 72 }, admin);
    expect((await host.read()).toString('latin1').match(/gatehouse-support/g)).toHaveLength(1);
    await app.graphql(disable, {}, admin);
    expect((await host.read()).toString('latin1')).toBe(`${others.toString('latin1')}\n`);
  });

  test('twenty at once leave one line and every other as it was', async () => {
    const hours = Array.from({ length: 20 }, (_, n) => n + 1);
    const answers = await Promise.all(hours.map((n) => app.graphql(enable, { hours: n }, admin)));
    expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([]);
    const lines = (await host.read()).toString('latin1').split('\n');
    expect(lines.filter((line) => line.endsWith(' gatehouse-support'))).toHaveLength(1);
    expect(lines.slice(0, -2).join('\n')).toBe(others.toString('latin1'));
    const { data } = await app.graphql(status, {}, admin);
    const { expiresAt } = (data!['admin'] as { supportAccess: { expiresAt: string } })
      .supportAccess;
    expect(lines.at(-2)).toBe(accessLine(host.key, new Date(expiresAt)));
  });

  test('is for whoever has the permission, with a proof, and never for a token', async () => {
    const user = await app.signedIn();
    const other = await app.signedIn({ permissions: ['admin.users'] });
    const unproven = await app.signedIn({
      permissions: ['admin.system.support'],
      confirmed: false,
    });
    for (const viewer of [nobody, user, other, unproven]) {
      const { errors } = await app.graphql(enable, { hours: 1 }, viewer);
      expect(['UNAUTHENTICATED', 'FORBIDDEN', 'IDENTITY_CONFIRMATION_REQUIRED']).toContain(
        errors![0]!.extensions.code,
      );
    }
    expect((await app.graphql(status, {}, other)).errors![0]!.extensions.code).toBe('FORBIDDEN');
    expect(await host.read()).toEqual(others);
  });

  test.each([0, -1, 73, 1e9])('is not opened for %d hours', async (hours) => {
    const { errors } = await app.graphql(enable, { hours }, admin);
    expect(errors![0]!.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'hours' });
    expect(await host.read()).toEqual(others);
  });

  test('says when it was opened, closed and ran out', async () => {
    const before = (await kinds()).length;
    await app.graphql(enable, { hours: 1 }, admin);
    await app.graphql(disable, {}, admin);
    await app.graphql(disable, {}, admin);
    await app.graphql(enable, { hours: 1 }, admin);
    await app.unit(() => app.get(SupportAccesses).expire());
    app.clock.set(new Date(Date.now() + 3_601_000));
    await app.unit(() => app.get(SupportAccesses).expire());
    expect((await kinds()).slice(before)).toEqual([
      'support_access.enabled',
      'support_access.disabled',
      'support_access.enabled',
      'support_access.expired',
    ]);
    expect((await host.read()).toString('latin1')).toBe(`${others.toString('latin1')}\n`);
  });

  test('mends the file where a crash left it apart from the row', async () => {
    await app.graphql(enable, { hours: 1 }, admin);
    const open = await host.read();
    await host.write(others);
    await app.unit(() => app.get(SupportAccesses).reconcile());
    expect(await host.read()).toEqual(open);
    await app.graphql(disable, {}, admin);
    await host.write(open);
    await app.unit(() => app.get(SupportAccesses).reconcile());
    expect((await host.read()).toString('latin1')).not.toContain('gatehouse-support');
  });
});

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

test('a key with options, a comment or a second key puts nothing of them into the file', () => {
  const until = new Date('2026-12-01T12:00:00Z');
  const line = accessLine('ssh-ed25519 AAAA command="evil" ssh-rsa BBBB gatehouse', until);
  expect(line).toBe(
    'restrict,pty,expiry-time="20261201120000Z" ssh-ed25519 AAAA gatehouse-support',
  );
  expect(withLine(Buffer.from(''), line).toString()).toBe(`${line}\n`);
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

describe.skipIf(!sshd)('a real sshd', () => {
  test('lets the team in while it is open, and no longer', async () => {
    await host.startSshd();
    expect(await host.login()).toBe(false);
    await app.graphql(enable, { hours: 1 }, admin);
    expect(await host.login()).toBe(true);
    const inside = host.isRoot ? await host.stay() : null;
    const { data } = await app.graphql(disable, {}, admin);
    expect(await host.login()).toBe(false);
    if (inside) {
      expect(data).toEqual({ disableSupportAccess: { active: false, problem: null } });
      await expect(inside.ended).resolves.toBeDefined();
    }
  });

  test('refuses it from its hour on, when Gatehouse does not run at all', async () => {
    await host.startSshd();
    const other = await createTestApp(host.settings);
    const eve = await other.signedIn({ permissions: ['admin.system.support'] });
    other.clock.set(new Date(Date.now() - 3_600_000 + 5_000));
    expect((await other.graphql(enable, { hours: 1 }, eve)).errors).toBeUndefined();
    expect(await host.login()).toBe(true);
    await other.close();
    await new Promise((resolve) => setTimeout(resolve, 6_000));
    expect(await host.login()).toBe(false);
    expect((await host.read()).toString('latin1')).toContain('gatehouse-support');
  });

  test.skipIf(!sshd || process.getuid?.() !== 0)(
    'ends the logins that are still open when its hour has come',
    async () => {
      await host.startSshd();
      await app.graphql(enable, { hours: 1 }, admin);
      const inside = await host.stay();
      app.clock.set(new Date(Date.now() + 3_601_000));
      await app.unit(() => app.get(SupportAccesses).expire());
      await expect(inside.ended).resolves.toBeDefined();
      const { data } = await app.graphql(status, {}, admin);
      expect(data).toMatchObject({ admin: { supportAccess: { active: false, problem: null } } });
    },
  );

  test.skipIf(!sshd || process.getuid?.() !== 0)(
    'ends them too when they spoiled the file',
    async () => {
      await host.startSshd();
      await app.graphql(enable, { hours: 1 }, admin);
      const inside = await host.stay();
      await chmod(host.file, 0o666);
      app.clock.set(new Date(Date.now() + 3_601_000));
      await app.unit(() => app.get(SupportAccesses).expire());
      await expect(inside.ended).resolves.toBeDefined();
      await chmod(host.file, 0o600);
    },
  );
});
