/** `npm run up`: builds what changed and serves. `npm run demo` is the same with a filled site. */
import { join } from 'node:path';
import { buildAll } from './build-steps.mjs';
import { foreground } from './foreground.mjs';
import { root } from './install.mjs';

if (await buildAll()) {
  const server = [join(root, 'server', 'dist', 'main.js'), ...process.argv.slice(2)];
  process.exitCode = await foreground(process.execPath, ['--enable-source-maps', ...server], {
    cwd: root,
  });
} else {
  process.exitCode = 1;
}
