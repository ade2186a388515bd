/** `npm run gatehouse -- user list`: the command line of this checkout, built when its sources changed. */
import { join } from 'node:path';
import { buildServer } from './build-steps.mjs';
import { foreground } from './foreground.mjs';
import { root } from './install.mjs';

const cli = join(root, 'server', 'dist', 'cli.js');
process.exitCode = (await buildServer())
  ? await foreground(process.execPath, ['--enable-source-maps', cli, ...process.argv.slice(2)], {
      cwd: root,
    })
  : 1;
