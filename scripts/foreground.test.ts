import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';

const PROGRAM = `
  process.on('SIGTERM', () => { console.log('asked to end'); setTimeout(() => process.exit(7), 50); });
  process.on('SIGINT', () => { console.log('interrupted'); process.exit(8); });
  setInterval(() => {}, 1000);
  console.log('running');
`;
const FOREGROUND = `
  import { foreground } from ${JSON.stringify(new URL('foreground.mjs', import.meta.url).href)};
  process.exitCode = await foreground(process.execPath, ['-e', process.env.PROGRAM]);
`;

async function start(program: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', FOREGROUND], {
    env: { ...process.env, PROGRAM: program },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const line = async () => String((await lines.next()).value);
  return { child, line, ended: once(child, 'exit') as Promise<[number | null]> };
}

test.each([
  ['SIGTERM', 'asked to end', 7],
  ['SIGINT', 'interrupted', 8],
] as const)(
  '%s reaches the program, and its own exit code comes back',
  async (signal, said, code) => {
    const { child, line, ended } = await start(PROGRAM);
    expect(await line()).toBe('running');
    child.kill(signal);
    expect(await line()).toBe(said);
    expect((await ended)[0]).toBe(code);
  },
);

test('a program that was killed does not look like a success', async () => {
  const { ended } = await start("process.kill(process.pid, 'SIGKILL')");
  expect((await ended)[0]).toBe(137);
});
