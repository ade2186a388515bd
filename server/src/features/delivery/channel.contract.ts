import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mostBody, NotTaken } from './channel.js';
import type { Answer, Channel, OutboundMessage } from './channel.js';

/** What the provider does with the next message. The first five every provider can do. */
export type ProviderAnswer =
  | 'accept'
  | 'busy'
  | 'never'
  | 'drop'
  | 'hang'
  /** 429 or its like, with a pause of 7 seconds for this destination. */
  | 'limited'
  /** The same for all of us. */
  | 'limitedAll'
  /** The destination is dead. */
  | 'gone'
  /** Accepted, with an answer of more than 10 KiB. */
  | 'endless';

export interface ChannelUnderTest {
  /** With time limits of about a second. */
  readonly channel: Channel<never>;
  readonly destination: unknown;
  /** What of the destination must show nowhere: a token in an address, a secret. */
  readonly secrets: readonly string[];
  /** Once; afterwards everything is accepted. */
  answer(next: ProviderAnswer): void;
  /** What came, each as the text the provider read. */
  received(): readonly string[];
  close(): Promise<void>;
}

export interface ContractOptions {
  /** What this provider can say beyond what every one can. */
  readonly also: readonly ProviderAnswer[];
  /** Where the provider has a place for our id. */
  readonly carriesId: boolean;
  /** Where the provider refuses what is too long; the one under test must do so, too. */
  readonly hasLimit: boolean;
}

const message: OutboundMessage = {
  id: '0197a3c0-0000-7000-8000-000000000001',
  type: 'system.update_available',
  severity: 'WARNING',
  title: 'Update for Plex',
  body: 'Plex 1.41 is available.',
  url: 'https://accounts.example.org/notifications',
  data: { application: 'Plex', version: '1.41' },
  createdAt: new Date('2026-11-24T13:05:00Z'),
  locale: 'EN',
  timeZone: 'Europe/Rome',
  siteName: 'Gatehouse',
};

/** What every channel keeps. */
export function channelContract(
  name: string,
  open: () => Promise<ChannelUnderTest>,
  { also, carriesId, hasLimit }: ContractOptions,
): void {
  describe(`${name}, as every channel,`, () => {
    let under: ChannelUnderTest;
    beforeEach(async () => void (under = await open()));
    afterEach(() => under.close());

    const send = (said: Partial<OutboundMessage> = {}): Promise<Answer> => {
      const id = randomUUID();
      return (under.channel as Channel).send(under.destination, { ...message, id, ...said });
    };
    const refusal = async (said: Partial<OutboundMessage> = {}): Promise<NotTaken> => {
      const thrown: unknown = await send(said).then(
        () => null,
        (error: unknown) => error,
      );
      expect(thrown).toBeInstanceOf(NotTaken);
      return thrown as NotTaken;
    };
    const expectNoSecrets = (...told: unknown[]) => {
      const text = JSON.stringify(told);
      for (const secret of under.secrets) expect(text).not.toContain(secret);
    };
    const when = (so: boolean, sentence: string, test: () => Promise<void>) => {
      if (so) it(sentence, test);
    };
    const can = (answer: ProviderAnswer) => also.includes(answer);

    it('says what it was given to say, and what was answered, without secrets', async () => {
      const answer = await send();
      expect(under.received()).toHaveLength(1);
      expect(under.received()[0]).toContain('Plex 1.41 is available.');
      expect(answer.statusCode ?? 200).toBeGreaterThanOrEqual(200);
      expect(answer.statusCode ?? 200).toBeLessThan(300);
      expectNoSecrets(answer);
    });

    it('shows beforehand what it will say', async () => {
      const id = randomUUID();
      await send({ id });
      const { title, text } = under.channel.preview({ ...message, id });
      // However it is written for the way.
      const bare = (words: string) => words.replaceAll(/\\n|\s/g, '');
      expect(text).toContain('Plex 1.41 is available.'.slice(-13));
      for (const part of [title ?? '', text]) {
        expect(bare(under.received()[0]!)).toContain(bare(part));
      }
    });

    when(carriesId, 'carries the same id at every try', async () => {
      under.answer('busy');
      const id = randomUUID();
      await refusal({ id });
      await send({ id });
      expect(under.received().at(-1)).toContain(id);
    });

    it('that is refused for now says so, for another try', async () => {
      under.answer('busy');
      const error = await refusal();
      expect(error.how).not.toMatchObject({ permanent: true });
      expect(error.how.gone).toBeUndefined();
      expect(error.message).not.toBe('');
      expectNoSecrets(error.message, error.how);
      await send();
    });

    it('that is refused for good says so', async () => {
      under.answer('never');
      const error = await refusal();
      expect(error.how.permanent ?? error.how.gone).toBe(true);
      expectNoSecrets(error.message, error.how);
    });

    it.each(['drop', 'hang'] as const)(
      'when the provider does no more than %s, ends soon and may be tried again',
      async (answer) => {
        under.answer(answer);
        const started = performance.now();
        const error = await refusal();
        expect(performance.now() - started).toBeLessThan(8_000);
        expect(error.how).not.toMatchObject({ permanent: true });
        expectNoSecrets(error.message, error.how);
        await send();
      },
    );

    when(can('limited'), 'waits as long as it is told to', async () => {
      under.answer('limited');
      const { how } = await refusal();
      expect(how).toMatchObject({ retryAfter: 7 });
      expect(how.permanent ?? how.gone ?? how.wholeChannel).toBeUndefined();
    });

    when(can('limitedAll'), 'tells when everybody has to wait', async () => {
      under.answer('limitedAll');
      expect((await refusal()).how).toMatchObject({ retryAfter: 7, wholeChannel: true });
    });

    when(can('gone'), 'tells when there is nobody any more', async () => {
      under.answer('gone');
      expect((await refusal()).how).toMatchObject({ gone: true });
    });

    when(can('endless'), 'keeps no more than the beginning of an answer', async () => {
      under.answer('endless');
      const { response } = await send();
      expect(Buffer.byteLength(response ?? '')).toBeLessThanOrEqual(mostBody);
    });

    when(hasLimit, 'shortens what the provider would refuse', async () => {
      await send({ title: 'T'.repeat(200), body: '🙂 '.repeat(2_000) });
      expect(under.received()).toHaveLength(1);
      expect(under.received()[0]!.isWellFormed()).toBe(true);
    });

    it('says foreign scripts and marks as they are', async () => {
      await send({ title: 'Zażółć <b>&amp; “x”', body: 'Prüfung 日本語' });
      expect(under.received()[0]).toContain('Prüfung 日本語');
    });
  });
}
