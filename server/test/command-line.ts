import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { commandViewer } from '../src/kernel/access/viewer.js';
import { commands } from '../src/app.js';
import { runCli } from '../src/transport/cli/run-cli.js';
import type { TestApp } from './app.js';

/** `gatehouse …` of this machine's root, with every command there is. Words are parted by single spaces. */
export async function gatehouse(app: TestApp, line: string | readonly string[], input = '') {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  stdin.end(input);
  const code = await runCli(typeof line === 'string' ? line.split(' ') : line, {
    commands,
    unitOfWork: (work) => app.unit(() => work(app.get)),
    viewer: commandViewer('root'),
    stdin,
    stdout,
    stderr,
  });
  stdout.end();
  stderr.end();
  return { code, out: await text(stdout), err: await text(stderr) };
}
