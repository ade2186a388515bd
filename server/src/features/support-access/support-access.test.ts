import { chmod } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTestApp, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { needs } from '../../../test/program.js';
import { openSupportHost } from '../../../test/support-host.js';
import type { SupportHost } from '../../../test/support-host.js';
import { commandViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { accessLine, withLine } from './authorized-keys.js';
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

test('a key with options, a comment or a second key puts nothing of them into the file', () => {
  const until = new Date('2026-12-01T12:00:00Z');
  const line = accessLine('ssh-ed25519 AAAA command="evil" ssh-rsa BBBB gatehouse', until);
  expect(line).toBe(
    'restrict,pty,expiry-time="20261201120000Z" ssh-ed25519 AAAA gatehouse-support',
  );
  expect(withLine(Buffer.from(''), line).toString()).toBe(`${line}\n`);
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
