import type { InboxFilter, InboxQueryVariables } from '../../graphql/generated/documents.ts';

/** What of the inbox somebody wants to see, as it stands in a page's address; an empty text is everything. */
export interface Sought {
  readonly filter: InboxFilter;
  readonly category: string;
  readonly search: string;
}

/** Rows of a page of the inbox. */
const pageSize = 20;
/** As the server has it. */
export const longestSearch = 200;
const filters: readonly InboxFilter[] = ['UNREAD', 'SNOOZED', 'DISMISSED'];

export function soughtIn(parameters: URLSearchParams): Sought {
  const read = (name: string, most: number) => (parameters.get(name) ?? '').trim().slice(0, most);
  const filter = read('filter', 20).toUpperCase();
  return {
    filter: filters.find((one) => one === filter) ?? 'ALL',
    category: read('category', 64),
    search: read('q', longestSearch),
  };
}

/** `?filter=unread&q=disk`, or nothing. */
export function addressOf({ filter, category, search }: Sought): string {
  const parameters = new URLSearchParams();
  if (filter !== 'ALL') parameters.set('filter', filter.toLowerCase());
  if (category) parameters.set('category', category);
  if (search.trim()) parameters.set('q', search.trim());
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

/** For a page's `load`: what `<Inbox>` asks for first, so that it is drawn on the server. */
export function firstPage({ filter, category, search }: Sought): InboxQueryVariables {
  return {
    first: pageSize,
    after: null,
    filter,
    category: category || null,
    search: search.trim() || null,
  };
}
