import { searchWords } from '../../text/search-words.ts';
import type { InboxFilter, InboxQueryVariables } from '../../graphql/generated/documents.ts';

/** What of the inbox somebody wants to see, as it stands in a page's address; an empty text is everything. */
export interface Sought {
  readonly filter: InboxFilter;
  readonly category: string;
  readonly search: string;
}

/** Rows of a page of the inbox. */
const pageSize = 20;
const filters: readonly InboxFilter[] = ['UNREAD', 'SNOOZED', 'DISMISSED'];

export function soughtIn(parameters: URLSearchParams): Sought {
  const read = (name: string) => searchWords(parameters.get(name) ?? '');
  const filter = read('filter').toUpperCase();
  return {
    filter: filters.find((one) => one === filter) ?? 'ALL',
    category: read('category').slice(0, 64),
    search: read('q'),
  };
}

/** `?filter=unread&q=disk`, or nothing. */
export function addressOf({ filter, category, search }: Sought): string {
  const parameters = new URLSearchParams();
  if (filter !== 'ALL') parameters.set('filter', filter.toLowerCase());
  if (category) parameters.set('category', category);
  if (searchWords(search)) parameters.set('q', searchWords(search));
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
    search: searchWords(search) || null,
  };
}
