/** `npm run check`: types, lint, import rules, formatting, unused code, schema and texts. */
import { runChecks } from './checks.mjs';

const { passed, failed } = await runChecks();
console.log(`${passed} passed, ${failed} failed`);
if (failed > 0) process.exitCode = 1;
