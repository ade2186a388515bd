import { describe, expect, test } from 'vitest';
import codes from '../../../../schema/errors.json';
import { languages, loadMessages, Text } from '../text/text.svelte.ts';
import { Failure } from './failure.ts';
import { sentenceOf } from './sentence.ts';

describe.each(languages)('in %s, before sign-in too,', (language) => {
  test('every refusal of a server has a sentence of its own', async () => {
    const text = new Text({ language, messages: await loadMessages(language, 'entrance') });
    const said = [...codes, 'UNREACHABLE'].map((code) => sentenceOf(new Failure(code), text));
    expect(new Set(said).size).toBe(codes.length + 1);
    expect(said.filter((words) => words === '' || words.startsWith('errors.'))).toEqual([]);
  });

  test('a refusal we do not know is a fault of ours', async () => {
    const text = new Text({ language, messages: await loadMessages(language, 'entrance') });
    const fault = sentenceOf(new Failure('INTERNAL_SERVER_ERROR'), text);
    for (const code of ['summary', 'NEVER_HEARD_OF', '__proto__', 'constructor'])
      expect(sentenceOf(new Failure(code), text)).toBe(fault);
  });
});

test.each([
  [40, '40 seconds'],
  [1_000, '17 minutes'],
  [86_000, '24 hours'],
])('a wait of %s seconds is told as %s', async (retryAfter, words) => {
  const text = new Text({ language: 'en', messages: await loadMessages('en', 'entrance') });
  expect(sentenceOf(new Failure('RATE_LIMITED', { retryAfter }), text)).toContain(words);
});

test('a reason that the server tells in words is told as it is', async () => {
  const text = new Text({ language: 'it', messages: await loadMessages('it', 'entrance') });
  const message = 'Discord non conosce più questo webhook.';
  const failure = new Failure('BAD_USER_INPUT', { message, issues: ['discord.webhookGone'] });
  expect(sentenceOf(failure, text)).toBe(message);
});
