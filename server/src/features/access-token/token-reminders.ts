import type { Kernel } from '../../kernel/feature.js';
import { writeInstant } from '../../kernel/outbox/mail.js';
import type { Job } from '../../kernel/outbox/outbox.js';
import type { Locale } from '../../kernel/access/viewer.js';
import type { NotificationType } from '../notification/notification-types.js';
import type { Notices } from '../notification/notices.js';

const atOnce = 100;

/** A program may emit the type as well, with whatever it likes: that is told as it came. */
function whenIn(timeZone: string, instant: string, locale: Locale): string {
  const at = new Date(instant);
  return Number.isNaN(at.getTime()) ? instant : writeInstant(at, locale, timeZone);
}

export const tokenExpiring: NotificationType = {
  key: 'access_token.expiring',
  category: 'account',
  severity: 'WARNING',
  needs: ['name', 'prefix', 'expiresAt', 'timeZone'],
  channels: ['IN_APP', 'EMAIL'],
  text(messages, { name = '', prefix = '', expiresAt = '', timeZone = '' }, locale) {
    const when = whenIn(timeZone, expiresAt, locale);
    return {
      title: messages['notification.tokenExpiring.title']({ name }),
      body: messages['notification.tokenExpiring.body']({ prefix, when }),
    };
  },
};

interface Due {
  readonly accountId: string;
  readonly name: string;
  readonly prefix: string;
  readonly expiresAt: Date;
  readonly timeZone: string;
}

/**
 * Tells owners once that a token ends within a week, or within the last quarter of a shorter life; of
 * one made for less than two days they know. Tokens behind a switch that is off are in nobody's use.
 */
export class TokenReminders {
  constructor(
    private readonly kernel: Kernel,
    private readonly notices: Notices,
  ) {}

  job(): Job {
    return { name: 'access-token.remind', cron: '43 * * * *', run: () => this.remind() };
  }

  async remind(): Promise<void> {
    while ((await this.#some()) === atOnce);
  }

  /**
   * Told and noted in one transaction, which waits for nobody: whoever holds an account may go on to
   * its tokens, and telling needs the account. What is held is for the next hour. @returns how many
   */
  #some(): Promise<number> {
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      const due = await database.query<Due>(
        `with due as (
           select t.id, a.time_zone from access_token t
             join api_access x on x.account_id = t.account_id join account a on a.id = t.account_id
           where t.reminded_at is null and t.expires_at > $1 and x.enabled
             and t.expires_at - t.created_at >= interval '2 days'
             and t.expires_at - least(interval '7 days', (t.expires_at - t.created_at) / 4) <= $1
           order by t.expires_at limit ${atOnce}
           for key share of a skip locked for update of t skip locked
         )
         update access_token t set reminded_at = $1 from due where t.id = due.id
         returning t.account_id as "accountId", t.name, t.prefix, t.expires_at as "expiresAt",
           due.time_zone as "timeZone"`,
        [clock.now()],
      );
      for (const { accountId, name, prefix, expiresAt, timeZone } of due) {
        await this.notices.send({
          type: tokenExpiring.key,
          audience: { accountIds: [accountId] },
          texts: null,
          url: '/api-access#tokens',
          data: { object: name, name, prefix, expiresAt: expiresAt.toISOString(), timeZone },
        });
      }
      return due.length;
    });
  }
}
