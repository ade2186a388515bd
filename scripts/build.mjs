/** `npm run build`: everything that `npm run up` would build. */
import { buildAll } from './build-steps.mjs';

if (!(await buildAll())) process.exitCode = 1;
