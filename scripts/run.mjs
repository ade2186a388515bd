/**
 * The way into every script that needs packages: `node scripts/run.mjs up` installs what is missing, then runs scripts/up.mjs on the
 * project's own Node. Must itself run on Node 20 without a single package.
 */
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { foreground } from './foreground.mjs';
import { ensureInstalled, projectEnv, projectNode, root } from './install.mjs';
import { giveUp } from './stage.mjs';

if (Number.parseInt(process.versions.node, 10) < 20)
  giveUp(
    `Gatehouse needs Node 20 or newer to install itself; this is ${process.version}. See https://nodejs.org/en/download`,
  );

const [name = '', ...args] = process.argv.slice(2);
const script = join(root, 'scripts', `${name}.mjs`);
await ensureInstalled();
const node = projectNode();
if (realpathSync(node) === realpathSync(process.execPath)) {
  process.argv = [node, script, ...args];
  await import(`./${name}.mjs`);
} else {
  process.exitCode = await foreground(node, [script, ...args], { env: projectEnv() });
}
