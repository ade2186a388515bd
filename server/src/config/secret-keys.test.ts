import {
  chmodSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadSecretKeys } from './secret-keys.js';
import { SettingsError } from './settings-error.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-key-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const none = { secretKeys: null };

describe('the key that seals secrets', () => {
  it('is made at the first start, for this user alone, and is the same at the next', async () => {
    const dataDir = join(folder, 'data');
    const [first] = await loadSecretKeys(none, dataDir);
    expect(first).toHaveLength(32);
    expect(statSync(join(dataDir, 'secret.key')).mode & 0o777).toBe(0o600);
    expect(await loadSecretKeys(none, dataDir)).toEqual([first]);
    expect(readdirSync(dataDir)).toEqual(['secret.key']);
  });

  it('is one, however many processes start at the same moment', async () => {
    const all = await Promise.all(Array.from({ length: 50 }, () => loadSecretKeys(none, folder)));
    expect(new Set(all.map(([key]) => key?.toString('hex'))).size).toBe(1);
    expect(readdirSync(folder)).toEqual(['secret.key']);
  });

  it('comes from the environment where it is set there', async () => {
    const given = [Buffer.alloc(32, 7)];
    expect(await loadSecretKeys({ secretKeys: given }, folder)).toBe(given);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('may be several in the file, for rotation', async () => {
    const keys = [Buffer.alloc(32, 2), Buffer.alloc(32, 1)];
    const text = keys.map((key) => key.toString('base64')).join(',');
    writeFileSync(join(folder, 'secret.key'), `${text}\n`, { mode: 0o600 });
    expect(await loadSecretKeys(none, folder)).toEqual(keys);
  });

  it('that others could read stops the start and says what to do', async () => {
    await loadSecretKeys(none, folder);
    const file = join(folder, 'secret.key');
    chmodSync(file, 0o640);
    await expect(loadSecretKeys(none, folder)).rejects.toThrow(`chmod 600 ${file}`);
  });

  it.each(['', '\n', 'abc', '\0'.repeat(44), Buffer.alloc(31, 1).toString('base64')])(
    'that is damaged, case %#, stops the start and is left as it is',
    async (text) => {
      const file = join(folder, 'secret.key');
      writeFileSync(file, text, { mode: 0o600 });
      const error: unknown = await loadSecretKeys(none, folder).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(SettingsError);
      expect(String(error)).toContain('restore the file from a backup');
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('says so where nothing can be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    const loading = loadSecretKeys(none, join(folder, 'file', 'data'));
    await expect(loading).rejects.toThrow(/DATA_DIR is .*file/);
  });
});
