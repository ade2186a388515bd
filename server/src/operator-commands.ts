import { resolve } from 'node:path';
import type { Command } from 'commander';
import { backUp } from './backup/backup.js';
import { restore } from './backup/restore.js';
import { loadSecretKeys } from './config/secret-keys.js';
import { readConfig } from './config.js';
import type { Config } from './config.js';
import { examine } from './doctor/doctor.js';
import type { Finding } from './doctor/doctor.js';
import { openDatabase } from './embedded/database-url.js';
import { Sealer } from './kernel/crypto/seal.js';
import { refuse } from './kernel/errors.js';
import { createLog } from './kernel/log/log.js';
import type { Log } from './kernel/log/log.js';
import { serve } from './serve.js';

interface JsonOption {
  readonly json?: boolean;
}

type Print = (text: string) => void;
type Answer = (json: boolean | undefined, value: object, text: string) => void;

/**
 * Commands about the server or the database as a whole, which no room could answer for.
 * @param open the app, with which the database is migrated
 */
export function addOperatorCommands(
  program: Command,
  print: Print,
  open: () => Promise<unknown>,
): void {
  const answer: Answer = (json, value, text) => print(json ? JSON.stringify(value, null, 2) : text);
  program
    .command('serve')
    .description('start the server, until it is told to stop')
    .option('--json', 'as always: one JSON line an event')
    .addHelpText('after', '\nExamples:\n  gatehouse serve\n  PORT=8080 gatehouse serve')
    .action(() => serve());
  program
    .command('migrate')
    .description('bring the database to this version’s state')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  gatehouse migrate')
    .action(async ({ json }: JsonOption) => {
      await open();
      answer(json, { migrated: true }, 'The database is up to date.');
    });
  addDatabaseCommands(program, answer);
}

function addDatabaseCommands(program: Command, answer: Answer): void {
  program
    .command('backup')
    .description('write all that the database holds into a file, also while the server runs')
    .argument('<file>', 'must not be there yet')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  gatehouse backup gatehouse-$(date +%F).backup')
    .action((file: string, { json }: JsonOption) =>
      withDatabase(async ({ url }) => {
        const report = await backUp(url, resolve(file));
        const { rows, tables, bytes } = report;
        const size = `${(bytes / 1e6).toFixed(1)} MB`;
        const text = `${rows} rows of ${tables} tables are in ${file} (${size}).\nKeep SECRET_KEY (or DATA_DIR/secret.key) too, and apart from it: without the key nothing sealed in it opens.`;
        answer(json, report, text);
      }),
    );
  program
    .command('restore')
    .description('load a backup into an empty database')
    .argument('<file>')
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  DATA_DIR=./new-data gatehouse restore gatehouse-2026-11-28.backup',
    )
    .action((file: string, { json }: JsonOption) =>
      withDatabase(async ({ url, config, log }) => {
        const sealer = new Sealer(await loadSecretKeys(config, config.dataDir));
        const report = await restore(resolve(file), { databaseUrl: url, sealer, log });
        const text = `${report.rows} rows of ${report.tables} tables are back as they were at ${report.madeAt}.\nEverybody signs in again.`;
        answer(json, report, text);
      }),
    );
  program
    .command('doctor')
    .description('look for what is wrong with this installation; changes nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExamples:\n  gatehouse doctor\n  gatehouse doctor --json')
    .action(async ({ json }: JsonOption) => {
      const findings = await diagnose();
      answer(json, findings, findings.map(line).join('\n'));
      if (findings.some(({ state }) => state === 'failed')) {
        refuse('CONFLICT', 'Something above needs mending.');
      }
    });
}

async function diagnose(): Promise<Finding[]> {
  const config = readConfig();
  const log = createLog('silent');
  try {
    const database = await openDatabase(config, log, 'command');
    return await examine(config, database.url).finally(() => database.stop());
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return [...(await examine(config, null)), { what: 'database', state: 'failed', words }];
  }
}

interface Opened {
  readonly url: string;
  readonly config: Config;
  readonly log: Log;
}

async function withDatabase(work: (opened: Opened) => Promise<void>): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr);
  const database = await openDatabase(config, log, 'command');
  await work({ url: database.url, config, log }).finally(() => database.stop());
}

const marks = { ok: '✓', warning: '!', failed: '✗' } as const;
const line = ({ what, state, words }: Finding) => `${marks[state]} ${what}: ${words}`;
