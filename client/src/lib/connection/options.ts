export interface GatehouseOptions {
  /** GraphQL endpoint of the Gatehouse, for example `/graphql` or `https://accounts.example.org/graphql`. */
  url: string;
  /** Access token for another site, where the session cookie is not sent. Asked again for every request. */
  token?: string | (() => string | Promise<string>);
  fetch?: typeof globalThis.fetch;
}

export async function currentToken(token: NonNullable<GatehouseOptions['token']>): Promise<string> {
  return typeof token === 'function' ? token() : token;
}
