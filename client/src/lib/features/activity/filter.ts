import type {
  ActivityQueryVariables,
  AllActivityQueryVariables,
} from '../../graphql/generated/documents.ts';
import { isDay, startOfDay } from '../../text/days.ts';
import { searchWords } from '../../text/search-words.ts';

/** As it stands in a page's address; an empty text is no filter. Days are those of the person's zone. */
export interface ActivityFilter {
  readonly username: string;
  readonly kind: string;
  readonly search: string;
  readonly from: string;
  readonly to: string;
}

export const noFilter: ActivityFilter = { username: '', kind: '', search: '', from: '', to: '' };
const names = ['username', 'kind', 'search', 'from', 'to'] as const;
const pageSize = 30;

export function filterOf(parameters: URLSearchParams): ActivityFilter {
  const read = (name: (typeof names)[number]) => searchWords(parameters.get(name) ?? '');
  const day = (name: 'from' | 'to') => (isDay(read(name)) ? read(name) : '');
  return {
    username: read('username'),
    kind: read('kind').slice(0, 64),
    search: read('search'),
    from: day('from'),
    to: day('to'),
  };
}

/** `?kind=passkey`, or nothing. */
export function addressOf(filter: ActivityFilter): string {
  const parameters = new URLSearchParams();
  for (const name of names) {
    const words = searchWords(filter[name]);
    if (words) parameters.set(name, words);
  }
  const text = parameters.toString();
  return text ? `?${text}` : '';
}

export const isFiltered = (filter: ActivityFilter) => addressOf(filter) !== '';
export const isBackwards = ({ from, to }: ActivityFilter) => from !== '' && to !== '' && to < from;

/** For a page's `load` and for the list: the same, so that what was loaded is found. */
export function activityVariables(filter: ActivityFilter, zone: string): ActivityQueryVariables {
  // An end before the beginning is said at the field, and asks for nothing that could be refused.
  const to = isBackwards(filter) ? '' : filter.to;
  return {
    first: pageSize,
    after: null,
    kind: searchWords(filter.kind) || null,
    search: searchWords(filter.search) || null,
    from: filter.from ? startOfDay(filter.from, zone, 0) : null,
    to: to ? startOfDay(to, zone, 1) : null,
  };
}

export function auditVariables(filter: ActivityFilter, zone: string): AllActivityQueryVariables {
  return { ...activityVariables(filter, zone), username: searchWords(filter.username) || null };
}
