import { mkdirSync, writeFileSync } from 'node:fs';
import { features } from './features/index.js';
import { errorCodes } from './kernel/errors.js';
import { Gate } from './transport/graphql/gate.js';
import { printedSchema, schemaOf } from './transport/graphql/schema.js';

/** Emits what integrators build against; with --print only to standard output, for comparing. */
const root = new URL('../../', import.meta.url);
const schema = schemaOf(features, new Map());
// Refuses fields that say nothing of who may use them; no server would start.
new Gate(schema);
const files = {
  'schema/schema.graphql': printedSchema(schema),
  'schema/errors.json': `${JSON.stringify(errorCodes, null, 2)}\n`,
};

if (process.argv.includes('--print')) {
  process.stdout.write(JSON.stringify(files));
} else {
  mkdirSync(new URL('schema/', root), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(new URL(name, root), text);
}
