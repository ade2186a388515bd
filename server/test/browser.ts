import type { GraphqlAnswer } from './app.js';

export interface Asked extends GraphqlAnswer {
  readonly status: number;
}

/**
 * What a browser keeps and sends: its cookies and the page's origin, behind a proxy that says where
 * from. Asks whichever server it is told to.
 */
export class Browser {
  readonly #cookies = new Map<string, string>();

  constructor(
    private readonly origin: string,
    readonly address: string,
  ) {}

  /** @param from another address, to be seen as another network */
  async ask(
    url: string,
    query: string,
    variables: Record<string, unknown> = {},
    from = this.address,
  ): Promise<Asked> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: this.origin,
        'x-forwarded-for': from,
        ...(cookie === '' ? {} : { cookie }),
      },
      body: JSON.stringify({ query, variables }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.#cookies.set(name!, value!);
    }
    return { ...((await response.json()) as GraphqlAnswer), status: response.status };
  }

  /** For what must go well. @throws Error with what was refused */
  async data<Answer>(
    url: string,
    query: string,
    variables: Record<string, unknown> = {},
  ): Promise<Answer> {
    const { data, errors } = await this.ask(url, query, variables);
    if (errors || !data) throw new Error(`${query}: ${JSON.stringify(errors)}`);
    return data as Answer;
  }

  /** Another window of the same browser: what it gets from now on is its own. */
  copy(): Browser {
    const copy = new Browser(this.origin, this.address);
    for (const [name, value] of this.#cookies) copy.#cookies.set(name, value);
    return copy;
  }
}
