import type {
  Channel,
  NotificationTypeFieldsFragment,
  NotificationTypeInput,
  Severity,
} from '../../graphql/generated/documents.ts';
import { emptyDraft } from '../broadcast-draft/draft.ts';
import type { Draft } from '../broadcast-draft/draft.ts';

export type NotificationType = NotificationTypeFieldsFragment;

/** Those that a person can switch; webhooks choose by themselves. */
export const matrixChannels = ['IN_APP', 'EMAIL', 'DISCORD', 'SIGNAL'] as const;

/** As the server has it. */
export const keyShape = /^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$/;
export const categoryShape = /^[a-z][a-z0-9_]{0,31}$/;
const placeholder = /\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

export interface TypeDraft {
  key: string;
  category: string;
  name: string;
  description: string;
  severity: Severity;
  channels: readonly Channel[];
  title: string;
  body: string;
  titleIt: string;
  bodyIt: string;
}

/** @param type null for a new one */
export function draftOf(type: NotificationType | null): TypeDraft {
  const said = (locale: 'EN' | 'IT') => type?.texts.find((text) => text.locale === locale);
  return {
    key: type?.key ?? '',
    category: type?.category ?? '',
    name: type?.title ?? '',
    description: type?.description ?? '',
    severity: type?.severity ?? 'INFO',
    channels: type?.defaultChannels ?? ['IN_APP'],
    title: said('EN')?.title ?? '',
    body: said('EN')?.body ?? '',
    titleIt: said('IT')?.title ?? '',
    bodyIt: said('IT')?.body ?? '',
  };
}

export function inputOf(draft: TypeDraft): NotificationTypeInput {
  const { key, category, name, description, severity, channels } = draft;
  const texts = [
    { locale: 'EN' as const, title: draft.title, body: draft.body },
    { locale: 'IT' as const, title: draft.titleIt, body: draft.bodyIt },
  ].filter(({ title }) => title !== '');
  return {
    key,
    category,
    title: name,
    description,
    severity,
    texts,
    defaultChannels: [...channels],
  };
}

/** The names of `data` that the texts speak of, each once. */
export function valuesIn({ title, body, titleIt, bodyIt }: TypeDraft): string[] {
  const names = [title, body, titleIt, bodyIt].flatMap((text) =>
    [...text.matchAll(placeholder)].map((match) => match[1]!),
  );
  return [...new Set(names)];
}

/** The message that an event with these values would be; a text that is missing stands in the other language. */
export function filled(draft: TypeDraft, values: Readonly<Record<string, string>>): Draft {
  const fill = (text: string) =>
    text.replace(placeholder, (whole, name: string) =>
      Object.hasOwn(values, name) ? values[name] || whole : whole,
    );
  const { severity } = draft;
  const english = { title: fill(draft.title), body: fill(draft.body) };
  const italian = { title: fill(draft.titleIt), body: fill(draft.bodyIt) };
  const first = english.title.trim() === '' ? italian : english;
  return { ...emptyDraft, severity, ...first, titleIt: italian.title, bodyIt: italian.body };
}
