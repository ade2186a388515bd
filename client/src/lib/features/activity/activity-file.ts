import type { ActivityFieldsFragment } from '../../graphql/generated/documents.ts';
import type { Text } from '../../text/text.svelte.ts';
import { kindName } from '../activity-entry/kinds.ts';

export type Form = 'csv' | 'json';

const columns = [
  'at',
  'what',
  'kind',
  'actor',
  'ipAddress',
  'country',
  'browser',
  'os',
  'reference',
  'details',
] as const;

/** A file for somebody's own disk; the sentences are in their language, the rest as programs write it. */
export function activityFile(
  rows: readonly ActivityFieldsFragment[],
  form: Form,
  text: Text,
): { name: string; type: string; content: string } {
  const told = rows.map((row) => ({ ...row, what: kindName(row.kind, text) }));
  const entries = told.map((row) =>
    columns.map((column) => [column, row[column] ?? null] as const),
  );
  const name = `activity-${text.dayOf(new Date())}.${form}`;
  if (form === 'json') {
    const content = JSON.stringify(
      entries.map((entry) => Object.fromEntries(entry)),
      null,
      2,
    );
    return { name, type: 'application/json', content: `${content}\n` };
  }
  const lines = entries.map((entry) => entry.map(([, value]) => cell(value)).join(','));
  const content = [columns.join(','), ...lines, ''].join('\r\n');
  // The mark tells spreadsheets that it is UTF-8.
  return { name, type: 'text/csv', content: `\ufeff${content}` };
}

/** What begins like a formula is one to a spreadsheet; an apostrophe makes it a text (OWASP). */
function cell(value: unknown): string {
  if (value === null) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** Hands a file to the browser to keep. */
export function keepFile({ name, type, content }: ReturnType<typeof activityFile>): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
