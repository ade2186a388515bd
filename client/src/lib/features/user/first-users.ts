import type { Role, UserSort, UsersQueryVariables } from '../../graphql/generated/documents.ts';
import { searchWords } from '../../text/search-words.ts';

/** Which part of the users is looked at: all of it stands in the page's address. */
export interface UserView {
  search: string;
  role: Role | null;
  disabled: boolean | null;
  sort: UserSort;
  /** Where each page begins that was turned, the present one last; none on the first. */
  turned: readonly string[];
}

export const pageSize = 20;
const roles: readonly string[] = ['USER', 'ADMIN'];
const sorts: readonly string[] = ['USERNAME', 'CREATED_AT', 'LAST_ACTIVE_AT', 'DISK_USED'];

export function readUserView(parameters: URLSearchParams): UserView {
  const role = parameters.get('role') ?? '';
  const disabled = parameters.get('disabled');
  const sort = parameters.get('sort') ?? '';
  return {
    search: searchWords(parameters.get('search') ?? ''),
    role: roles.includes(role) ? (role as Role) : null,
    disabled: disabled === 'true' ? true : disabled === 'false' ? false : null,
    sort: sorts.includes(sort) ? (sort as UserSort) : 'USERNAME',
    turned: parameters.getAll('after'),
  };
}

/** What differs from a first look, as a query; empty when nothing does. */
export function writeUserView(view: UserView): string {
  const parameters = new URLSearchParams();
  if (searchWords(view.search)) parameters.set('search', searchWords(view.search));
  if (view.role) parameters.set('role', view.role);
  if (view.disabled !== null) parameters.set('disabled', String(view.disabled));
  if (view.sort !== 'USERNAME') parameters.set('sort', view.sort);
  for (const after of view.turned) parameters.append('after', after);
  const query = parameters.toString();
  return query ? `?${query}` : '';
}

/** For a page's `load`: what `<UserList>` asks for first. */
export function firstUsers(view: UserView): UsersQueryVariables {
  const { search, role, disabled, sort, turned } = view;
  return {
    first: pageSize,
    after: turned.at(-1) ?? null,
    search: searchWords(search) || null,
    role,
    disabled,
    sort,
  };
}
