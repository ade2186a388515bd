import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { findUid } from './authorized-keys.js';

const run = promisify(execFile);
const programs = ['/usr/sbin/sshd', 'sshd', 'ssh'];

type Version = readonly [number, number];
const versionKeptMs = 60_000;
let asked: { at: number; version: Promise<Version | null> } | null = null;

/** Major and minor of the installed OpenSSH, asked once a minute at most; null when there is none. */
export function openSshVersion(): Promise<Version | null> {
  if (!asked || Date.now() - asked.at > versionKeptMs) {
    asked = { at: Date.now(), version: readVersion() };
  }
  return asked.version;
}

/** `-V` goes to standard error. */
async function readVersion(): Promise<Version | null> {
  for (const program of programs) {
    const said = await run(program, ['-V']).then(
      ({ stdout, stderr }) => stdout + stderr,
      (error: { stderr?: string }) => error.stderr ?? '',
    );
    const found = /OpenSSH_(\d+)\.(\d+)/.exec(said);
    if (found) return [Number(found[1]), Number(found[2])];
  }
  return null;
}

/** `expiry-time` in UTC (`…Z`) came with OpenSSH 9.1; before it the line would end at another hour. */
export function readsUtcExpiry([major, minor]: Version): boolean {
  return major > 9 || (major === 9 && minor >= 1);
}

const patienceMs = 3_000;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Ends what runs as the support team's user: sshd lets nobody new in, but keeps whom it let in
 * before. Never for root or the user Gatehouse itself runs as, whose other programs would go too.
 * @returns whether nothing of that user runs any more
 */
export async function endSessionsOf(sshUser: string): Promise<boolean> {
  const uid = await findUid(sshUser);
  if (uid === null) return true;
  if (uid === 0 || uid === process.getuid?.()) {
    // As sshd names itself: `sshd: support@pts/0`, since 9.8 `sshd-session: …`.
    const title = new RegExp(`^sshd(-session)?: ${sshUser}(@| )`);
    return (await processesOf(uid, title)).length === 0;
  }
  for (const signal of ['SIGHUP', 'SIGKILL'] as const) {
    const until = Date.now() + patienceMs;
    let left = await processesOf(uid);
    for (const pid of left) kill(pid, signal);
    while (left.length > 0 && Date.now() < until) {
      await pause(50);
      left = await processesOf(uid);
    }
    if (left.length === 0) return true;
  }
  return false;
}

function kill(pid: number, signal: 'SIGHUP' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already, or not ours to end: what is left is counted afterwards.
  }
}

/** Process ids whose real user this is (proc(5), `Uid` of status), and whose title is such a one. */
async function processesOf(uid: number, title = /^/): Promise<number[]> {
  const entries = await readdir('/proc').catch(() => [] as string[]);
  const found = await Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (entry) => {
        const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
        const real = /^Uid:\t(\d+)/m.exec(status)?.[1];
        const alive = !/^State:\t[ZX]/m.test(status);
        if (!alive || real !== String(uid)) return null;
        const said = await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '');
        return title.test(said) ? Number(entry) : null;
      }),
  );
  return found.filter((pid) => pid !== null);
}
