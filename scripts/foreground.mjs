/** A program in the person's terminal: it talks for itself, gets every signal once, and its end is ours. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * @param {string} program
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @returns {Promise<number>} exit code; 128 + number for a signal
 */
export function foreground(program, args, options = {}) {
  const child = spawn(program, args, { ...options, stdio: 'inherit' });
  // Ctrl-C reaches the whole group by itself; passed on as well, it would look like an impatient second one.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP']))
    process.on(signal, () => child.kill(signal));
  // npm hands its signals to the shell between us, which dies of them and tells nobody.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.env.npm_lifecycle_event && process.ppid !== parent) child.kill('SIGTERM');
  }, 500);
  watch.unref();
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
}
