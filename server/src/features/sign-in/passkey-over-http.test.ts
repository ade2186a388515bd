import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { GraphqlAnswer } from '../../../test/app.js';
import { refusalOf } from '../../../test/beside.js';
import { PasskeyPage } from '../../../test/passkeys.js';
import type { Ceremony } from '../../../test/passkeys.js';
import { createTestServer } from '../../../test/server.js';
import type { TestServer } from '../../../test/server.js';
import type { SoftwareAuthenticator } from '../../../test/software-authenticator.js';

const begin = 'mutation { start: startPasskeySignIn { id options expiresAt } }';
const finish = `mutation ($id: ID!, $response: JSON!, $remember: Boolean!) {
  finishPasskeySignIn(ceremonyId: $id, response: $response, remember: $remember) { account { username } }
}`;

let server: TestServer;
let authenticator: SoftwareAuthenticator;
beforeAll(async () => {
  const env = { ALLOWED_ORIGINS: 'https://panel.example.org' };
  server = await createTestServer({ env });
  const page = new PasskeyPage(server.app);
  authenticator = page.authenticator();
  await page.register(await server.app.signedIn({ username: 'ada' }), authenticator);
});
afterAll(() => server.close());

/** A browser that keeps what it was given, as browsers do. */
class Browser {
  readonly cookies = new Map<string, string>();
  given: string[] = [];

  async ask(query: string, variables: object = {}): Promise<GraphqlAnswer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(`${server.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin: server.app.config.publicUrl,
        ...(cookie && { cookie }),
      },
      body: JSON.stringify({ query, variables }),
    });
    this.given = response.headers.getSetCookie();
    for (const line of this.given) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      this.cookies.set(name!, value!);
    }
    return (await response.json()) as GraphqlAnswer;
  }

  async start(): Promise<Ceremony> {
    return (await this.ask(begin)).data!['start'] as Ceremony;
  }

  finish({ id, options }: Ceremony, remember = true): Promise<GraphqlAnswer> {
    return this.ask(finish, { id, response: authenticator.get(options), remember });
  }
}

describe('a browser', () => {
  test('that began a sign-in with a passkey finishes it and has a session', async () => {
    const browser = new Browser();
    const answer = await browser.finish(await browser.start());
    expect(answer.data).toEqual({ finishPasskeySignIn: { account: { username: 'ada' } } });
    expect((await browser.ask('{ me { username } }')).data).toEqual({ me: { username: 'ada' } });
  });

  test('that is to forget the session when it closes is told no end for it', async () => {
    const browser = new Browser();
    await browser.finish(await browser.start(), false);
    expect(browser.given.find((line) => line.startsWith('gatehouse='))).not.toContain('Max-Age');
  });

  test('cannot finish what was begun in another', async () => {
    const ceremony = await new Browser().start();
    expect(refusalOf(await new Browser().finish(ceremony))?.code).toBe('INVALID_TOKEN');
  });
});

test('GET /.well-known/webauthn names the pages that may ask for this site’s passkeys', async () => {
  const response = await fetch(`${server.url}/.well-known/webauthn`);
  expect(response.headers.get('content-type')).toContain('application/json');
  expect(await response.json()).toEqual({
    origins: [server.app.config.publicUrl, 'https://panel.example.org'],
  });
});
