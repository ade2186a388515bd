import type { BroadcastInput, Role, Severity } from '../../graphql/generated/documents.ts';

export interface Person {
  readonly id: string;
  readonly username: string;
}

export interface Draft {
  audience: 'EVERYONE' | 'ADMIN' | 'CHOSEN';
  /** Of CHOSEN. */
  people: readonly Person[];
  severity: Severity;
  title: string;
  body: string;
  titleIt: string;
  bodyIt: string;
  url: string;
}

export const emptyDraft: Draft = {
  audience: 'EVERYONE',
  people: [],
  severity: 'INFO',
  title: '',
  body: '',
  titleIt: '',
  bodyIt: '',
  url: '',
};

/** As the server has it. */
export const mostPeople = 100;

/** What a draft says, whoever it is for. @param key makes a repeated attempt one message */
export function messageOf(draft: Draft, key: string) {
  const { severity, title, body, titleIt, bodyIt, url } = draft;
  return {
    key,
    title,
    body,
    severity,
    url: url || null,
    translations: titleIt ? [{ locale: 'IT' as const, title: titleIt, body: bodyIt }] : [],
  } satisfies Omit<BroadcastInput, 'role'>;
}

export const roleOf = ({ audience }: Draft): Role | null => (audience === 'ADMIN' ? 'ADMIN' : null);

/**
 * One key as long as nothing in the draft changes: an answer that was lost, a dialog that was closed and a
 * button that was pressed again send nothing twice. Sent, the same words are a new message.
 */
export class SendingKey {
  #key = '';
  #of = '';

  of(draft: Draft): string {
    const words = JSON.stringify(draft);
    if (words !== this.#of) {
      this.#of = words;
      this.#key = crypto.randomUUID();
    }
    return this.#key;
  }

  sent(): void {
    this.#of = '';
  }
}
