import type { UsersQueryVariables } from '../../graphql/generated/documents.ts';

/** For a page's `load`: what `<UserList>` asks for first. */
export function firstUsers(search: string): UsersQueryVariables {
  return { first: 20, after: null, search: search.trim() || null };
}
