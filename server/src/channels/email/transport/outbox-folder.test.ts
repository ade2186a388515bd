import { mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { composeMessage } from '../message.js';
import { openTransport } from './open-transport.js';
import { emlName } from './outbox-folder.js';

const settings = {
  siteName: 'Gatehouse',
  publicUrl: 'http://localhost:3000',
  senders: {
    notifications: { address: 'notifications@localhost' },
    security: { address: 'security@localhost' },
  },
};
const link = 'http://localhost:3000/welcome?token=one-time-token';

let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'gatehouse-outbox-'));
});
afterEach(() => rm(dataDir, { recursive: true }));

function message(id: string, date: string) {
  const blocks = [{ kind: 'link' as const, label: 'Open', url: link }];
  const to = { address: 'ada@example.org' };
  const about = { kind: 'test', locale: 'IT' as const, from: 'notifications' as const };
  return composeMessage({ id, to, subject: 'Ciao', blocks, ...about }, new Date(date), settings);
}

describe('a site without a mail server', () => {
  it('keeps each mail as a file that any mail program reads, for its owner only', async () => {
    const outbox = openTransport(null, dataDir);
    const { response } = await outbox.send(message('mail-1', '2026-12-01T13:05:00Z'));
    expect(response).toBe('20261201T130500000Z-mail-1.eml');
    const path = join(dataDir, 'outbox', response);
    const mail = await PostalMime.parse(await readFile(path));
    expect(mail).toMatchObject({
      subject: 'Ciao',
      messageId: '<mail-1@localhost>',
      date: '2026-12-01T13:05:00.000Z',
      to: [{ address: 'ada@example.org' }],
    });
    expect(mail.text).toContain(link);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(dataDir, 'outbox'))).mode & 0o777).toBe(0o700);
  });

  it('has them in the order of time', async () => {
    const outbox = openTransport(null, dataDir);
    await outbox.send(message('b', '2026-12-01T13:05:00Z'));
    await outbox.send(message('a', '2026-12-01T13:05:00.001Z'));
    await outbox.send(message('c', '2025-01-01T00:00:00Z'));
    const names = (await readdir(join(dataDir, 'outbox'))).sort();
    expect(names.map((name) => name.at(-5))).toEqual(['c', 'b', 'a']);
    expect(names.every((name) => emlName.test(name))).toBe(true);
  });

  it('has a mail once that was sent again, and no half-written file', async () => {
    const outbox = openTransport(null, dataDir);
    const again = () => outbox.send(message('mail-1', '2026-12-01T13:05:00Z'));
    await Promise.all([again(), again(), again()]);
    await again();
    expect(await readdir(join(dataDir, 'outbox'))).toEqual(['20261201T130500000Z-mail-1.eml']);
  });

  it('tries again later when the folder cannot be written', async () => {
    await writeFile(join(dataDir, 'outbox'), 'in the way');
    const outbox = openTransport(null, dataDir);
    await expect(outbox.send(message('mail-1', '2026-12-01T13:05:00Z'))).rejects.toThrow(
      /EEXIST|ENOTDIR/,
    );
  });

  it('writes nowhere else, whatever the id says', async () => {
    const outbox = openTransport(null, dataDir);
    await expect(outbox.send(message('../../evil', '2026-12-01T13:05:00Z'))).rejects.toThrow();
    expect(await readdir(dataDir)).toEqual([]);
  });
});
