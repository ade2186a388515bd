/**
 * Running programs so that a person can follow: a line a stage with what it took, and everything a program said, but only if it failed.
 */
import { spawn } from 'node:child_process';

const terminal = process.stdout.isTTY === true;
const running = new Set();

/** @typedef {{ title: string, ok: boolean, output: string, seconds: number }} Stage */

/**
 * @param {string} title what is being done, for the person
 * @param {string[]} command program and arguments
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, shell?: boolean, quiet?: boolean }} [options] quiet: the caller prints what it said
 * @returns {Promise<Stage>}
 */
export async function stage(title, [program = '', ...args], { quiet = false, ...options } = {}) {
  const began = performance.now();
  running.add(title);
  showRunning();
  let output = '';
  const ok = await new Promise((resolve) => {
    const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    const hear = (/** @type {Buffer} */ text) => (output += text);
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', (error) => resolve(hear(Buffer.from(`${error.message}\n`)) === undefined));
    child.once('close', (code) => resolve(code === 0));
  });
  running.delete(title);
  const seconds = (performance.now() - began) / 1000;
  say(`${ok ? '✓' : '✗'} ${title}  ${seconds.toFixed(1)} s`);
  if (!ok && !quiet) say(output.trimEnd());
  return { title, ok, output, seconds };
}

/** @param {string} line */
export function say(line) {
  process.stdout.write(`${terminal ? '\r\x1b[K' : ''}${line}\n`);
  showRunning();
}

/** @param {string} sentence what is wrong and what to do @returns {never} */
export function giveUp(sentence) {
  console.error(sentence);
  process.exit(1);
}

function showRunning() {
  if (terminal && running.size > 0)
    process.stdout.write(`\r\x1b[K… ${[...running].join(', ')}`.slice(0, 120));
}
