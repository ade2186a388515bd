import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { settingNames } from '../src/config.js';

test('.env.example names every setting, each with a sentence, and no other', () => {
  const text = readFileSync(new URL('../../.env.example', import.meta.url), 'utf8');
  const named = [...text.matchAll(/^#?([A-Z][A-Z_]+)=/gm)].map((match) => match[1]);
  expect(named.toSorted()).toEqual([...settingNames].toSorted());
  const paragraphs = text.trim().split('\n\n').slice(1);
  for (const paragraph of paragraphs) expect(paragraph).toMatch(/^# [A-Z0-9].*\.\n#[A-Z_]+=/);
});
