import type { MessageKey, MessageParameters, Messages } from './generated/messages.d.ts';

export const languages = ['en', 'it'] as const;
export type Language = (typeof languages)[number];
export type { MessageKey, Messages };

/** Our language for a locale as the API names it. */
export function languageOf(locale: 'EN' | 'IT'): Language {
  return locale === 'IT' ? 'it' : 'en';
}

export function localeOf(language: Language): 'EN' | 'IT' {
  return language === 'it' ? 'IT' : 'EN';
}

/** Of a catalogue: what pages before sign-in say, with it what an account's pages say, or all of it. */
const parts = ['entrance', 'account', 'all'] as const;
export type Part = (typeof parts)[number];

const catalogues = {
  en: [
    () => import('./generated/en.entrance.js'),
    () => import('./generated/en.account.js'),
    () => import('./generated/en.admin.js'),
  ],
  it: [
    () => import('./generated/it.entrance.js'),
    () => import('./generated/it.account.js'),
    () => import('./generated/it.admin.js'),
  ],
} satisfies Record<Language, (() => Promise<{ default: Partial<Messages> }>)[]>;

/** One language is loaded, not both. */
export async function loadMessages(
  language: Language,
  part: Part = 'all',
): Promise<Partial<Messages>> {
  const modules = catalogues[language].slice(0, parts.indexOf(part) + 1);
  const loaded = await Promise.all(modules.map((load) => load()));
  return Object.assign({}, ...loaded.map((one) => one.default)) as Partial<Messages>;
}

export interface TextOptions {
  language: Language;
  messages: Partial<Messages>;
  /** What `messages` is of the catalogue; all of it when left out. */
  part?: Part | undefined;
  /** IANA zone of the person; the browser's (on the server UTC) when left out. */
  timeZone?: string | undefined;
  /** Wordings of an embedding site, in place of ours. */
  overrides?: Partial<Messages> | undefined;
}

const dateStyles = {
  date: { dateStyle: 'medium' },
  dateTime: { dateStyle: 'medium', timeStyle: 'short' },
  day: { weekday: 'long', day: 'numeric', month: 'long' },
  time: { timeStyle: 'short' },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

/** Words, dates and numbers as one person reads them. Changing language or zone redraws what shows them. */
export class Text {
  #language: Language = $state('en');
  #messages: Partial<Messages> = $state.raw({});
  #part: Part;
  #timeZone: string | undefined = $state();
  #overrides: Partial<Messages>;

  constructor({ language, messages, part = 'all', timeZone, overrides = {} }: TextOptions) {
    this.#language = language;
    this.#messages = messages;
    this.#part = part;
    this.#timeZone = timeZone;
    this.#overrides = overrides;
  }

  get language(): Language {
    return this.#language;
  }

  get timeZone(): string {
    return this.#timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
  }

  set timeZone(zone: string) {
    this.#timeZone = zone;
  }

  async use(language: Language): Promise<void> {
    this.#messages = await loadMessages(language, this.#part);
    this.#language = language;
  }

  /** A page took over from one that needed fewer words, or did not know the person. */
  complete({ language, messages, part, timeZone }: Omit<TextOptions, 'overrides'>): void {
    if (!part || parts.indexOf(part) <= parts.indexOf(this.#part)) return;
    this.#part = part;
    this.#language = language;
    this.#messages = messages;
    this.#timeZone = timeZone;
  }

  /** An arrow, so that components may take it out of the object and still follow a change of language. */
  readonly t = <K extends MessageKey>(key: K, ...parameters: MessageParameters<K>): string => {
    const message = this.#overrides[key] ?? this.#messages[key];
    return message ? (message as (...args: MessageParameters<K>) => string)(...parameters) : key;
  };

  /** Whether there is a text of this name, for names made of what a server said. */
  has(key: string): boolean {
    return key in this.#overrides || key in this.#messages;
  }

  date(instant: string | Date, style: keyof typeof dateStyles = 'date'): string {
    const options = { ...dateStyles[style], timeZone: this.timeZone };
    return new Intl.DateTimeFormat(this.#language, options).format(new Date(instant));
  }

  /** Calendar day of an instant in the person's zone, as YYYY-MM-DD. */
  dayOf(instant: string | Date): string {
    const options = { timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat('sv-SE', options).format(new Date(instant));
  }

  /** The name of a country from its ISO 3166-1 alpha-2 code. */
  country(code: string): string {
    return new Intl.DisplayNames(this.#language, { type: 'region' }).of(code) ?? code;
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.#language).format(value);
  }

  list(items: readonly string[]): string {
    return new Intl.ListFormat(this.#language).format(items);
  }
}
