import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../database/database.js';
import type { LiveEvents, LiveMessage } from './live.js';

export interface LiveUnderTest {
  /** Two servers over one database. */
  readonly servers: readonly { readonly database: Database; readonly live: LiveEvents }[];
  /** Breaks the connection by which every server listens. */
  deafen(): Promise<void>;
  close(): Promise<void>;
}

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** What every way to carry live events keeps. */
export function liveContract(name: string, open: () => Promise<LiveUnderTest>): void {
  describe(name, () => {
    let under: LiveUnderTest;
    beforeEach(async () => void (under = await open()));
    afterEach(() => under.close());

    function listen(server: number, topic = 'topic') {
      const heard: (LiveMessage | null)[] = [];
      const stop = under.servers[server]!.live.subscribe(topic, (message) => heard.push(message));
      return { heard, stop };
    }

    const say = (message: LiveMessage, topic = 'topic') =>
      under.servers[0]!.database.unitOfWork(() => under.servers[0]!.live.publish(topic, message));

    it('is heard by every server, in order, by those who listen to the topic', async () => {
      const [here, there] = [listen(0), listen(1)];
      const elsewhere = listen(1, 'another topic');
      for (const n of [1, 2, 3]) await say({ n });
      await say({ n: 4 }, 'another topic');
      await expect.poll(() => elsewhere.heard).toEqual([{ n: 4 }]);
      expect(there.heard).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      await expect.poll(() => here.heard).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    });

    it('is heard after the commit and not before', async () => {
      const { heard } = listen(1);
      const { database, live } = under.servers[0]!;
      await database.unitOfWork(() =>
        database.transaction(async () => {
          await live.publish('topic', { n: 1 });
          await later(150);
          expect(heard).toEqual([]);
        }),
      );
      await expect.poll(() => heard).toEqual([{ n: 1 }]);
    });

    it('is not heard of what was rolled back', async () => {
      const { heard } = listen(1);
      const { database, live } = under.servers[0]!;
      const work = database.unitOfWork(() =>
        database.transaction(async () => {
          await live.publish('topic', { n: 1 });
          throw new Error('rolled back');
        }),
      );
      await expect(work).rejects.toThrow('rolled back');
      await say({ n: 2 });
      await expect.poll(() => heard).toEqual([{ n: 2 }]);
    });

    it('is heard twice when it was said twice in one transaction with other words', async () => {
      const { heard } = listen(1);
      const { database, live } = under.servers[0]!;
      await database.unitOfWork(() =>
        database.transaction(async () => {
          await live.publish('topic', { n: 1 });
          await live.publish('topic', { n: 2 });
        }),
      );
      await expect.poll(() => heard).toEqual([{ n: 1 }, { n: 2 }]);
    });

    it('arrives as null when it is too large, and whole when it just fits', async () => {
      const { heard } = listen(1);
      await say({ text: 'x'.repeat(7_000) });
      await say({ text: 'è'.repeat(4_500) });
      await say({ text: 'x'.repeat(1_000_000) });
      await expect.poll(() => heard).toEqual([{ text: 'x'.repeat(7_000) }, null, null]);
    });

    it('is not heard by who stopped listening', async () => {
      const [gone, stays] = [listen(1), listen(1)];
      gone.stop();
      await say({ n: 1 });
      await expect.poll(() => stays.heard).toEqual([{ n: 1 }]);
      expect(gone.heard).toEqual([]);
    });

    it('says null after it was deaf for a while, then goes on', async () => {
      const { heard } = listen(1);
      const other = listen(1, 'another topic');
      await under.deafen();
      await say({ n: 1 });
      await expect.poll(() => heard.includes(null), { timeout: 5_000 }).toBe(true);
      expect(other.heard).toContain(null);
      await say({ n: 2 });
      await expect.poll(() => heard.at(-1)).toEqual({ n: 2 });
    });

    it('ends in order, also while it is deaf', async () => {
      const { heard } = listen(1);
      await under.deafen();
      await under.servers[1]!.live.close();
      await say({ n: 1 });
      await later(700);
      expect(heard).toEqual([]);
    });
  });
}
