export interface ListVariables {
  readonly first: number;
  readonly after: string | null;
  readonly search: string | null;
}

/** For a page's `load`: what the lists ask for first. */
export const firstOfList = (search = ''): ListVariables => ({
  first: 20,
  after: null,
  search: search.trim() || null,
});
