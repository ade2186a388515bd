import type {
  ActivityQueryVariables,
  AllActivityQueryVariables,
} from '../../graphql/generated/documents.ts';

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
const longest = 200;
const aDay = /^\d{4}-\d\d-\d\d$/;
const pageSize = 30;

export function filterOf(parameters: URLSearchParams): ActivityFilter {
  const read = (name: (typeof names)[number]) => (parameters.get(name) ?? '').slice(0, longest);
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
  for (const name of names) if (filter[name].trim()) parameters.set(name, filter[name].trim());
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
    kind: filter.kind.trim() || null,
    search: filter.search.trim() || null,
    from: filter.from ? startOfDay(filter.from, zone, 0) : null,
    to: to ? startOfDay(to, zone, 1) : null,
  };
}

export function auditVariables(filter: ActivityFilter, zone: string): AllActivityQueryVariables {
  return { ...activityVariables(filter, zone), username: filter.username.trim() || null };
}

function isDay(text: string): boolean {
  if (!aDay.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The first instant of a day, so many days later, where the person lives. */
export function startOfDay(day: string, zone: string, later: number): string {
  const wall = Date.parse(`${day}T00:00:00Z`) + later * 86_400_000;
  // Twice, since the offset at the guess may be another than at the instant itself.
  const guess = wall - offsetAt(wall, zone);
  return new Date(wall - offsetAt(guess, zone)).toISOString();
}

/** Milliseconds that a zone's clocks are ahead of UTC. */
function offsetAt(instant: number, zone: string): number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const parts = format.formatToParts(instant);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  const wall = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return wall - instant;
}
