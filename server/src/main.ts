import { serve } from './serve.js';

serve({ demo: process.argv.includes('--demo') }).catch((error: unknown) => {
  process.stderr.write(`\n${error instanceof Error ? error.message : String(error)}\n\n`);
  process.exitCode = 1;
});
