import { execFile, execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const usualUser = 'gatehouse-support-test';

/** A user whom the support team may become, its key, and an sshd of its own on loopback. */
export interface SupportHost {
  readonly isRoot: boolean;
  readonly user: string;
  readonly uid: number;
  readonly folder: string;
  readonly file: string;
  /** Type and blob. */
  readonly key: string;
  /** For createTestApp. */
  readonly settings: Record<string, string>;
  read(): Promise<Buffer>;
  write(content: Buffer): Promise<void>;
  startSshd(): Promise<void>;
  /** Whether the key opens a shell now. */
  login(): Promise<boolean>;
  /** A login that stays; `ended` resolves when it is over. */
  stay(): Promise<{ ended: Promise<unknown> }>;
  close(): Promise<void>;
}

/**
 * As root with a user made for it; else as the user who runs the tests.
 * @param user one of its own for tests beside others, which end each other's logins
 */
export async function openSupportHost(
  sshd: string | undefined,
  user = usualUser,
): Promise<SupportHost> {
  const isRoot = process.getuid?.() === 0;
  if (isRoot) makeUser(user);
  const name = isRoot ? user : execFileSync('id', ['-un']).toString().trim();
  const uid = Number(execFileSync('id', ['-u', name]));
  // Under / as root: sshd minds who may write to any folder above the file.
  const folder = await mkdtemp(
    isRoot
      ? '/var/lib/gatehouse-support-'
      : join(process.env['HOME'] ?? '/tmp', '.gatehouse-support-'),
  );
  const file = join(folder, 'authorized_keys');
  await chown(folder, uid, uid).catch(() => {});
  await chmod(folder, 0o700);
  const keys = await mkdtemp('/tmp/gatehouse-support-keys-');
  for (const one of ['team', 'host']) {
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(keys, one)]);
  }
  const publicKey = (await readFile(join(keys, 'team.pub'), 'utf8')).trim();
  let server: ChildProcess | null = null;
  let port = 0;
  const ssh = (...command: string[]) => [
    ...['-F', 'none', '-p', String(port), '-i', join(keys, 'team')],
    ...['-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
    ...[
      '-o',
      'IdentitiesOnly=yes',
      '-o',
      'BatchMode=yes',
      '-o',
      'ConnectTimeout=5',
      '-o',
      'LogLevel=ERROR',
    ],
    `${name}@127.0.0.1`,
    ...command,
  ];
  return {
    isRoot,
    user: name,
    uid,
    folder,
    file,
    key: publicKey.split(' ', 2).join(' '),
    settings: {
      SUPPORT_AUTHORIZED_KEYS: file,
      SUPPORT_PUBLIC_KEY: publicKey,
      SUPPORT_SSH_USER: name,
    },
    read: () => readFile(file),
    async write(content) {
      await writeFile(file, content, { mode: 0o600 });
      await chown(file, uid, uid).catch(() => {});
    },
    async startSshd() {
      if (server) return;
      port = await freePort();
      const settings = [
        `Port ${port}`,
        'ListenAddress 127.0.0.1',
        `HostKey ${join(keys, 'host')}`,
        `AuthorizedKeysFile ${file}`,
        'PasswordAuthentication no',
        'UsePAM no',
        `PidFile ${join(keys, 'pid')}`,
      ];
      await writeFile(join(keys, 'sshd_config'), `${settings.join('\n')}\n`);
      if (isRoot) await mkdir('/run/sshd', { recursive: true });
      server = spawn(sshd!, ['-D', '-f', join(keys, 'sshd_config')], { stdio: 'ignore' });
      await untilListening(port);
    },
    login: () =>
      run('ssh', ssh('id', '-un')).then(
        ({ stdout }) => stdout.trim() === name,
        () => false,
      ),
    async stay() {
      const child = spawn('ssh', ssh('echo in; sleep 60'), { stdio: ['ignore', 'pipe', 'ignore'] });
      const ended = new Promise((resolve) =>
        child.once('exit', (code, signal) => resolve({ code, signal })),
      );
      await new Promise((resolve) => child.stdout.once('data', resolve));
      return { ended };
    },
    async close() {
      server?.kill();
      await rm(folder, { recursive: true, force: true });
      await rm(keys, { recursive: true, force: true });
    },
  };
}

function makeUser(user: string): void {
  try {
    execFileSync('id', [user], { stdio: 'ignore' });
  } catch {
    execFileSync('useradd', ['--system', '--create-home', '--shell', '/bin/sh', user]);
  }
  // Not locked, as a new user is, and no password fits either.
  execFileSync('usermod', ['-p', '*', user]);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function untilListening(port: number): Promise<void> {
  for (let n = 0; n < 100; n++) {
    const socket = connect(port, '127.0.0.1');
    const is = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    });
    socket.destroy();
    if (is) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('sshd did not start');
}
