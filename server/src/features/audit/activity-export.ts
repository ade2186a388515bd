import type { Viewer } from '../../kernel/access/viewer.js';
import type { Countries } from '../country/countries.js';
import type { ActivityRow } from './activity-list.js';
import { activityViewOf } from './audit.mapper.js';
import type { Audits, AllActivityFilter } from './audits.js';

const columns = [
  'at',
  'kind',
  'account',
  'actor',
  'ipAddress',
  'country',
  'browser',
  'os',
  'reference',
  'details',
] as const;

/** Everybody's activity as text, however long: a page at a time. */
export class ActivityExport {
  constructor(
    private readonly audits: Audits,
    private readonly countries: Countries,
  ) {}

  /** @returns CSV as RFC 4180 has it, or a JSON array; refuses before the first of it. */
  async write(
    viewer: Viewer,
    filter: AllActivityFilter,
    form: 'csv' | 'json',
  ): Promise<AsyncIterable<string>> {
    const first = await this.audits.all(viewer, filter, { first: 100 });
    const pages = this.#pages(viewer, filter, first);
    return form === 'csv' ? this.#csv(pages) : this.#json(pages);
  }

  async *#pages(
    viewer: Viewer,
    filter: AllActivityFilter,
    first: Awaited<ReturnType<Audits['all']>>,
  ) {
    let page = first;
    for (;;) {
      yield page.nodes;
      const { hasNextPage, endCursor } = page.pageInfo;
      if (!hasNextPage) return;
      page = await this.audits.all(viewer, filter, { first: 100, after: endCursor });
    }
  }

  async *#csv(pages: AsyncIterable<ActivityRow[]>): AsyncGenerator<string> {
    yield `${columns.join(',')}\r\n`;
    for await (const rows of pages) {
      for (const row of rows) {
        const told = this.#told(row);
        yield `${columns.map((column) => cell(told[column])).join(',')}\r\n`;
      }
    }
  }

  async *#json(pages: AsyncIterable<ActivityRow[]>): AsyncGenerator<string> {
    let before = '[';
    for await (const rows of pages) {
      for (const row of rows) {
        yield `${before}\n${JSON.stringify(this.#told(row))}`;
        before = ',';
      }
    }
    yield before === '[' ? '[]\n' : '\n]\n';
  }

  #told(row: ActivityRow): Record<(typeof columns)[number], unknown> {
    const { at, kind, actor, ipAddress, country, browser, os, reference, details } = activityViewOf(
      row,
      this.countries,
    );
    const account = row.username ?? row.accountId;
    return { at, kind, account, actor, ipAddress, country, browser, os, reference, details };
  }
}

/** What begins like a formula is one to a spreadsheet: an apostrophe makes it a text (OWASP). */
function cell(value: unknown): string {
  if (value === null || value === undefined) return '';
  const text =
    value instanceof Date
      ? value.toISOString()
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
