import { refuse } from '../../kernel/errors.js';
import type { Kernel } from '../../kernel/feature.js';
import type { MatrixChannel, SeverityName, Text } from '../../kernel/notification-type.js';
import type { Locale } from '../../kernel/access/viewer.js';
import { builtInTypes, findBuiltIn, messagesOf, stringOf } from './notification-types.js';
import type { NotificationType } from './notification-types.js';

/** A type, whoever made it. */
export interface KnownType {
  readonly key: string;
  readonly category: string;
  readonly severity: SeverityName;
  readonly builtIn: boolean;
  readonly needs: readonly string[];
  readonly channels: readonly MatrixChannel[];
  readonly mandatory: readonly MatrixChannel[];
  /** Its mails are written by a room of its own. */
  readonly ownMail: boolean;
  /** Whether a message without a text of its own can be told. */
  readonly hasText: boolean;
  /** The texts of types that were added; the built-in ones are rendered when they are read. */
  readonly texts: Partial<Record<Locale, Text>> | null;
  name(locale: Locale): string;
  description(locale: Locale): string;
}

interface Row {
  readonly key: string;
  readonly category: string;
  readonly title: string;
  readonly description: string;
  readonly texts: Partial<Record<Locale, Text>>;
  readonly severity: SeverityName;
  readonly default_channels: MatrixChannel[];
}

const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Every type there is: those of features, and those that administrators and programs added. */
export class KnownTypes {
  constructor(private readonly kernel: Kernel) {}

  /** @throws NOT_FOUND */
  async get(key: string, field = 'type'): Promise<KnownType> {
    const type = await this.find(key);
    if (!type) refuse('NOT_FOUND', 'There is no notification type of this key.', { field });
    return type;
  }

  /** Null also for one that was taken away after something was told of it. */
  async find(key: string): Promise<KnownType | null> {
    const builtIn = findBuiltIn(key);
    if (builtIn) return ofFeature(builtIn);
    const [row] =
      key.includes('\0') || !key.isWellFormed() ? [] : await this.#rows('key = $1', [key]);
    return row ? ofRow(row) : null;
  }

  /** By category, then by key. */
  async list(): Promise<KnownType[]> {
    const added = (await this.#rows('true', [])).filter((row) => !findBuiltIn(row.key));
    const all = [...builtInTypes().map(ofFeature), ...added.map(ofRow)];
    const order = (type: KnownType) => `${type.category}\0${type.key}`;
    return all.sort((a, b) => (order(a) < order(b) ? -1 : 1));
  }

  #rows(where: string, values: readonly unknown[]): Promise<Row[]> {
    return this.kernel.database.query<Row>(
      `select key, category, title, description, texts, severity, default_channels
       from notification_type where ${where}`,
      values,
    );
  }
}

/** A template with its `{name}`s filled from `data`; what is missing there is shown as it stands. */
export function fill(
  texts: Partial<Record<Locale, Text>>,
  data: Record<string, unknown>,
): Partial<Record<Locale, Text>> {
  const filled = (text: string) =>
    text.replace(placeholder, (whole, name: string) =>
      Object.hasOwn(data, name) ? stringOf(data[name]) || whole : whole,
    );
  return Object.fromEntries(
    Object.entries(texts).map(([locale, { title, body }]) => [
      locale,
      { title: filled(title), body: filled(body) },
    ]),
  );
}

/** The names of `data` that a template speaks of. */
function placeholdersOf(texts: Partial<Record<Locale, Text>>): string[] {
  const all = Object.values(texts).flatMap(({ title, body }) => [title, body]);
  const names = all.flatMap((text) => [...text.matchAll(placeholder)].map((match) => match[1]!));
  return [...new Set(names)];
}

function ofFeature(type: NotificationType): KnownType {
  const { channels = ['IN_APP'], mandatory = [], ownMail = false } = type;
  return {
    ...type,
    builtIn: true,
    channels,
    mandatory,
    ownMail,
    hasText: type.text !== null,
    texts: null,
    name: (locale) => said(type.key, 'title', locale) ?? type.key,
    description: (locale) => said(type.key, 'description', locale) ?? '',
  };
}

function ofRow(row: Row): KnownType {
  const hasText = Object.keys(row.texts).length > 0;
  return {
    key: row.key,
    category: row.category,
    severity: row.severity,
    builtIn: false,
    needs: placeholdersOf(row.texts),
    channels: row.default_channels,
    mandatory: [],
    ownMail: false,
    hasText,
    texts: hasText ? row.texts : null,
    name: () => row.title,
    description: () => row.description,
  };
}

function said(key: string, part: 'title' | 'description', locale: Locale): string | null {
  const texts = messagesOf[locale] as unknown as Record<string, (() => string) | undefined>;
  return texts[`notification.type.${key.replace('.', '_')}.${part}`]?.() ?? null;
}
