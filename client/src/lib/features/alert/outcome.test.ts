import { expect, test } from 'vitest';
import { loadMessages, Text } from '../../text/text.svelte.ts';
import { outcomeOf } from './outcome.ts';

test('how an alert ended is a sentence with the time', async () => {
  const language = 'en';
  const text = new Text({ language, messages: await loadMessages(language), timeZone: 'UTC' });
  const sent = {
    __typename: 'Delivery',
    id: '1',
    target: 'a@example.org',
    status: 'SENT',
    sentAt: '2026-11-28T09:12:00Z',
    nextAttemptAt: null,
    reason: null,
  } as unknown as Parameters<typeof outcomeOf>[0];
  expect(outcomeOf(sent, text)).toContain('Nov 28, 2026, 9:12');
});
