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

const catalogues = {
  en: () => import('./generated/en.js'),
  it: () => import('./generated/it.js'),
} satisfies Record<Language, () => Promise<{ default: Messages }>>;

/** One language is loaded, not both. */
export async function loadMessages(language: Language): Promise<Messages> {
  return (await catalogues[language]()).default;
}

export interface TextOptions {
  language: Language;
  messages: Messages;
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
  #messages: Messages = $state.raw({} as Messages);
  #timeZone: string | undefined = $state();
  #overrides: Partial<Messages>;

  constructor({ language, messages, timeZone, overrides = {} }: TextOptions) {
    this.#language = language;
    this.#messages = messages;
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
    this.#messages = await loadMessages(language);
    this.#language = language;
  }

  /** An arrow, so that components may take it out of the object and still follow a change of language. */
  readonly t = <K extends MessageKey>(key: K, ...parameters: MessageParameters<K>): string => {
    const message = this.#overrides[key] ?? this.#messages[key];
    return (message as (...args: MessageParameters<K>) => string)(...parameters);
  };

  date(instant: string | Date, style: keyof typeof dateStyles = 'date'): string {
    const options = { ...dateStyles[style], timeZone: this.timeZone };
    return new Intl.DateTimeFormat(this.#language, options).format(new Date(instant));
  }

  /** Calendar day of an instant in the person's zone, as YYYY-MM-DD. */
  dayOf(instant: string | Date): string {
    const options = { timeZone: this.timeZone } as const;
    return new Intl.DateTimeFormat('sv-SE', options).format(new Date(instant));
  }

  number(value: number): string {
    return new Intl.NumberFormat(this.#language).format(value);
  }

  list(items: readonly string[]): string {
    return new Intl.ListFormat(this.#language).format(items);
  }
}
