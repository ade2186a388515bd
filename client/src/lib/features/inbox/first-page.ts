import type { InboxFilter, InboxQueryVariables } from '../../graphql/generated/documents.ts';

/** Rows of a page of the inbox. */
const pageSize = 20;

/** For a page's `load`: what `<Inbox>` asks for first, so that it is drawn on the server. */
export function firstPage(filter: InboxFilter, category = ''): InboxQueryVariables {
  return { first: pageSize, after: null, filter, category: category || null, search: null };
}
