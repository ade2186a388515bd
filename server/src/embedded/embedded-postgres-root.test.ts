import { execFileSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createLog } from '../kernel/log/log.js';
import { locateBinaries, reachableCopy } from './binaries.js';
import { startEmbeddedPostgres } from './embedded-postgres.js';
import { chooseRunAs } from './run-as.js';

const require = createRequire(import.meta.url);
const log = createLog('silent');
let home: string;

beforeEach(async () => {
  home = await realpath(await mkdtemp(join(tmpdir(), 'gatehouse-root-')));
});
afterEach(() => rm(home, { recursive: true, force: true }));

// Nothing of this can be set up by an ordinary user, and nothing of it happens to one.
describe.runIf(process.getuid?.() === 0 && process.platform === 'linux')('run by root', () => {
  test('the database lies under a home that nobody else may enter, and belongs to a user without a name', async () => {
    await chmod(home, 0o700);
    const dataDir = join(home, 'gatehouse', 'data');
    const db = await startEmbeddedPostgres({ dataDir, log, throwaway: true });
    try {
      const client = new pg.Client({ connectionString: db.url });
      await client.connect();
      await client.query('CREATE EXTENSION citext');
      await client.end();
      const { uid, mode } = await stat(join(dataDir, 'postgres'));
      expect(uid).not.toBe(0);
      expect(
        execFileSync('getent passwd || cat /etc/passwd', { shell: '/bin/sh', encoding: 'utf8' }),
      ).not.toMatch(new RegExp(`:x:${uid}:`));
      expect(mode & 0o777).toBe(0o700);
      expect(
        execFileSync('ps', ['-o', 'uid=', '-p', String(db.pid)], { encoding: 'utf8' }).trim(),
      ).toBe(String(uid));
      expect((await stat(home)).mode & 0o777).toBe(0o700);
    } finally {
      await db.stop();
    }
  });

  test('files given to root by a restore are given back', async () => {
    const dataDir = join(home, 'data');
    await (await startEmbeddedPostgres({ dataDir, log, throwaway: true })).stop();
    execFileSync('chown', ['-R', '0:0', dataDir]);
    const db = await startEmbeddedPostgres({ dataDir, log, throwaway: true });
    await db.stop();
    expect((await stat(join(dataDir, 'postgres', 'base'))).uid).not.toBe(0);
  });

  test('programs in a closed home are copied to a place of root’s own, once', async () => {
    const runAs = await chooseRunAs(join(home, 'none'));
    if (!runAs) throw new Error('root must get another user');
    const wrapper = require.resolve('embedded-postgres');
    const native = join(
      dirname(dirname(createRequire(wrapper).resolve(`@embedded-postgres/linux-${process.arch}`))),
      'native',
    );
    await mkdir(join(home, 'closed'), { mode: 0o700 });
    await cp(native, join(home, 'closed', 'native'), { recursive: true, verbatimSymlinks: true });
    execFileSync('chmod', ['-R', 'go-rwx', join(home, 'closed')]);
    await chmod(home, 0o755);
    const open = join(home, 'open');
    await mkdir(open, { mode: 0o755 });
    const foreign = join(home, 'foreign');
    await mkdir(join(foreign, 'gatehouse'), { recursive: true });
    await chmod(join(foreign, 'gatehouse'), 0o777);

    const found = await reachableCopy(join(home, 'closed', 'native'), 'embedded', runAs, [
      foreign,
      open,
    ]);
    expect(found?.postgres).toBe(join(open, 'gatehouse', 'embedded', 'bin', 'postgres'));
    const { ino } = await stat(join(open, 'gatehouse', 'embedded'));
    await reachableCopy(join(home, 'closed', 'native'), 'embedded', runAs, [foreign, open]);
    expect((await stat(join(open, 'gatehouse', 'embedded'))).ino).toBe(ino);
    await expect(locateBinaries(runAs)).resolves.toHaveProperty('initdb');
  });

  test('a full disk is named', async () => {
    const small = join(home, 'small');
    await mkdir(small);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', small]);
    try {
      await expect(startEmbeddedPostgres({ dataDir: join(small, 'data'), log })).rejects.toThrow(
        /The disk that holds .*small\/data is full\. Free some space/,
      );
    } finally {
      execFileSync('umount', [small]);
    }
  });
});
