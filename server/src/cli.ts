#!/usr/bin/env node
import { userInfo } from 'node:os';
import { commands, openApp } from './app.js';
import type { App } from './app.js';
import { readConfig } from './config.js';
import { openDatabase } from './embedded/database-url.js';
import type { DatabaseHandle } from './embedded/database-url.js';
import { createLog } from './kernel/log/log.js';
import { commandViewer } from './kernel/access/viewer.js';
import { addOperatorCommands } from './operator-commands.js';
import { runCli } from './transport/cli/run-cli.js';

/** Commands need the same settings as the server, not a running server; they borrow its database if there is one. */
let opened: { app: App; database: DatabaseHandle } | null = null;

async function open(): Promise<App> {
  const config = readConfig();
  const log = createLog(config.logLevel === 'info' ? 'warn' : config.logLevel, process.stderr);
  const database = await openDatabase(config, log, 'command');
  try {
    const app = await openApp({ config, databaseUrl: database.url, log });
    opened = { app, database };
    return app;
  } catch (error) {
    await database.stop();
    throw error;
  }
}

async function close(): Promise<void> {
  await opened?.app.close();
  await opened?.database.stop();
}

const code = await runCli(process.argv.slice(2), {
  commands,
  viewer: commandViewer(userInfo().username),
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  extend: (program) =>
    addOperatorCommands(program, (text) => void process.stdout.write(`${text}\n`), open),
  async unitOfWork(work) {
    const app = await open();
    return app.kernel.database.unitOfWork(() => work(app.get));
  },
}).finally(close);
process.exitCode = code;
