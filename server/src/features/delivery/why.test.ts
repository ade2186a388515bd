import { describe, expect, it } from 'vitest';
import italian from '../../generated/text/it.js';
import { readWhy, writeWhy } from './why.js';
import type { Why } from './why.js';

describe('why a message was not taken', () => {
  it.each<[Why, string, string]>([
    [
      { code: 'webhook.answered', values: { status: 500 } },
      'The receiver answered with 500 instead of 2xx.',
      'Il destinatario ha risposto 500 invece di 2xx.',
    ],
    [
      { code: 'signal.silent', values: { why: { code: 'outbound.late' } } },
      'This site’s Signal service does not answer. There was no answer in time. Its administrator can look at SIGNAL_API_URL.',
      'Il servizio Signal di questo sito non risponde. Non è arrivata risposta in tempo. Il suo amministratore può controllare SIGNAL_API_URL.',
    ],
    [
      { code: 'discord.said', values: { status: 400, words: 'Invalid {Form} "Body"' } },
      'Discord answered with 400: Invalid {Form} "Body".',
      'Discord ha risposto 400: Invalid {Form} "Body".',
    ],
  ])('is read in the reader’s language (%j)', (why, english, inItalian) => {
    expect(readWhy(writeWhy(why))).toBe(english);
    expect(readWhy(writeWhy(why), italian)).toBe(inItalian);
  });

  it.each(['550 5.1.1 no such mailbox', 'why not', 'why:{"code":"no.such"}', 'why:{', 'why:null'])(
    'in the other side’s own words stays as it is: %s',
    (words) => {
      expect(readWhy(writeWhy(words), italian)).toBe(words);
    },
  );
});
