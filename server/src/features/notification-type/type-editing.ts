import type { Channel } from '../../kernel/schema/enums.js';
import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MatrixChannel, SeverityName, Text } from '../../kernel/notification-type.js';
import { cleanText } from '../../kernel/text/text-input.js';
import { requirePermission } from '../../kernel/access/viewer.js';
import type { Locale, Viewer } from '../../kernel/access/viewer.js';
import type { Activities } from '../activity/activities.js';
import type { KnownType, KnownTypes } from '../notification/known-types.js';
import { findBuiltIn } from '../notification/notification-types.js';

const permission = 'admin.notifications';
const mostTypes = 500;
const keyShape = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$/;
const categoryShape = /^[a-z][a-z0-9_]{0,31}$/;

export interface TypeInput {
  readonly key: string;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly texts: readonly { locale: Locale; title: string; body: string }[];
  readonly severity: SeverityName;
  readonly defaultChannels: readonly (keyof typeof Channel)[];
}

/** Types that a site has beyond the built-in ones. */
export class TypeEditing {
  constructor(
    private readonly kernel: Kernel,
    private readonly types: KnownTypes,
    private readonly activities: Activities,
  ) {}

  async list(viewer: Viewer): Promise<KnownType[]> {
    requirePermission(viewer, permission);
    return this.types.list();
  }

  /** Adds one, or changes the one of this key. @throws FORBIDDEN field `key` for a built-in one; LIMIT_REACHED */
  async put(viewer: Viewer, input: TypeInput): Promise<KnownType> {
    requirePermission(viewer, permission);
    const key = checkKey(input.key);
    const category = input.category.trim();
    if (!categoryShape.test(category)) {
      refuse('BAD_USER_INPUT', 'A category is one word of a–z, 0–9 and _.', { field: 'category' });
    }
    const title = cleanText(input.title, { field: 'title', min: 1, max: 100 });
    const description = cleanText(input.description, { field: 'description', max: 500 });
    const texts = textsOf(input.texts);
    const channels = channelsOf(input.defaultChannels);
    const { database, clock } = this.kernel;
    return database.transaction(async () => {
      await database.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [
        'notification_type',
      ]);
      const [full] = await database.query(
        'select 1 from notification_type having count(*) >= $1 and not coalesce(bool_or(key = $2), false)',
        [mostTypes, key],
      );
      if (full) refuse('LIMIT_REACHED', `A site has at most ${mostTypes} types of its own.`);
      await database.query(
        `insert into notification_type (key, category, title, description, texts, severity, default_channels, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (key) do update set category = excluded.category, title = excluded.title,
           description = excluded.description, texts = excluded.texts, severity = excluded.severity,
           default_channels = excluded.default_channels, changed_at = excluded.changed_at`,
        [
          key,
          category,
          title,
          description,
          JSON.stringify(texts),
          input.severity,
          channels,
          clock.now(),
        ],
      );
      await this.activities.record(viewer, viewer.accountId, 'notification_type.put', { key });
      return this.types.get(key);
    });
  }

  /** What was told of it stays, and what people chose for it goes. @throws NOT_FOUND, FORBIDDEN field `key` */
  async remove(viewer: Viewer, key: string): Promise<void> {
    requirePermission(viewer, permission);
    refuseBuiltIn(key);
    await this.types.get(key, 'key');
    const { database } = this.kernel;
    await database.transaction(async () => {
      await database.query('delete from notification_type where key = $1', [key]);
      await database.query('delete from preference where type = $1', [key]);
      await this.activities.record(viewer, viewer.accountId, 'notification_type.removed', { key });
    });
  }
}

function checkKey(text: string): string {
  refuseBuiltIn(text);
  if (text.length > 100 || !keyShape.test(text)) {
    const message =
      'A key is two or more words of a–z, 0–9 and _ with dots between, as backup.done.';
    refuse('BAD_USER_INPUT', message, { field: 'key' });
  }
  return text;
}

function refuseBuiltIn(key: string): void {
  if (findBuiltIn(key)) {
    refuse('FORBIDDEN', 'This type is built in and cannot be changed.', { field: 'key' });
  }
}

function textsOf(given: TypeInput['texts']): Partial<Record<Locale, Text>> {
  const texts: Partial<Record<Locale, Text>> = {};
  for (const { locale, title, body } of given) {
    if (texts[locale]) {
      refuse('BAD_USER_INPUT', `There are two texts for ${locale}.`, { field: 'texts' });
    }
    texts[locale] = {
      title: cleanText(title, { field: 'texts', min: 1, max: 200 }),
      body: cleanText(body, { field: 'texts', max: 4_000, multiline: true }),
    };
  }
  return texts;
}

function channelsOf(given: TypeInput['defaultChannels']): MatrixChannel[] {
  if (given.includes('WEBHOOK')) {
    const message = 'Webhooks choose what they hear by themselves.';
    refuse('BAD_USER_INPUT', message, { field: 'defaultChannels' });
  }
  return [...new Set(given)] as MatrixChannel[];
}
