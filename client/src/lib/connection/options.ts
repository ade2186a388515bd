export interface GatehouseOptions {
  /** GraphQL endpoint of the Gatehouse, for example `/graphql` or `https://accounts.example.org/graphql`. */
  url: string;
  /** Access token for another site, where the session cookie is not sent. Asked again for every request. */
  token?: string | (() => string | Promise<string>);
  fetch?: typeof globalThis.fetch;
}

/** Another site's cookies are not sent along with its token. */
export function credentialsOf({ token }: GatehouseOptions): { credentials: RequestCredentials } {
  return { credentials: token ? 'omit' : 'include' };
}

/** The same fetch, with the access token when there is one. */
export function authorized(
  { token }: GatehouseOptions,
  fetch: typeof globalThis.fetch,
): typeof globalThis.fetch {
  if (!token) return fetch;
  return async (input, init) => {
    const headers = new Headers(init?.headers);
    headers.set('authorization', `Bearer ${await currentToken(token)}`);
    return fetch(input, { ...init, headers });
  };
}

export async function currentToken(token: NonNullable<GatehouseOptions['token']>): Promise<string> {
  return typeof token === 'function' ? token() : token;
}
