/** The checks that need no running parts. Each is a script of package.json, so that one can be run alone under the same name. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSources } from './build-steps.mjs';
import { projectEnv, root } from './install.mjs';
import { stage } from './stage.mjs';

/** The slow ones first: two run at a time. */
const CHECKS = [
  'types:client',
  'types:server',
  'lint:code',
  'lint:imports',
  'format:check',
  'knip',
  'schema:check',
  'text:check',
];

/** @returns {Promise<{ passed: number, failed: number }>} */
export async function runChecks() {
  if (!(await buildSources())) return { passed: 0, failed: CHECKS.length };
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const waiting = [...CHECKS];
  let passed = 0;
  const worker = async () => {
    for (let name = waiting.shift(); name; name = waiting.shift()) {
      const { ok } = await stage(name, [scripts[name]], {
        cwd: root,
        env: projectEnv(),
        shell: true,
      });
      if (ok) passed++;
    }
  };
  await Promise.all([worker(), worker()]);
  return { passed, failed: CHECKS.length - passed };
}
