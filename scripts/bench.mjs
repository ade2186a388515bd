/** `npm run bench`: the built server against its floors; prints a table. */
import { buildAll } from './build-steps.mjs';
import { foreground } from './foreground.mjs';
import { projectEnv, root } from './install.mjs';

process.exitCode = (await buildAll())
  ? await foreground(
      'tsx',
      ['--tsconfig', 'server/tsconfig.json', 'server/bench/main.ts', ...process.argv.slice(2)],
      {
        cwd: root,
        env: projectEnv(),
      },
    )
  : 1;
