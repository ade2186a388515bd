import { nobody } from './app.js';
import type { GraphqlAnswer, TestApp } from './app.js';
import { SoftwareAuthenticator } from './software-authenticator.js';
import type { CeremonyOptions, Model, Twist } from './software-authenticator.js';
import type { Viewer } from '../src/kernel/access/viewer.js';

export interface Ceremony {
  readonly id: string;
  readonly options: CeremonyOptions & Record<string, unknown>;
  readonly expiresAt: string;
}

/** The page and the browser's part in passkeys, over the API. */
export class PasskeyPage {
  constructor(private readonly app: TestApp) {}

  authenticator(model: Partial<Model> = {}): SoftwareAuthenticator {
    return new SoftwareAuthenticator({ origin: this.app.config.publicUrl, ...model });
  }

  /** @param name of the mutation, as `startPasskeySignIn`; refuses where the server does */
  async start(name: string, viewer: Viewer = nobody): Promise<Ceremony> {
    const answer = await this.app.graphql(
      `mutation { start: ${name} { id options expiresAt } }`,
      {},
      viewer,
    );
    if (!answer.data) throw new Error(answer.errors?.[0]?.extensions.code);
    return answer.data['start'] as Ceremony;
  }

  finishRegistration(
    viewer: Viewer,
    ceremonyId: string,
    response: unknown,
    name: string | null = null,
  ): Promise<GraphqlAnswer> {
    return this.app.graphql(
      `mutation ($ceremonyId: ID!, $response: JSON!, $name: String) {
        passkey: finishPasskeyRegistration(ceremonyId: $ceremonyId, name: $name, response: $response) {
          id name createdAt lastUsedAt backedUp transports authenticator credentialId
        }
      }`,
      { ceremonyId, response, name },
      viewer,
    );
  }

  finishSignIn(ceremonyId: string, response: unknown, viewer = nobody): Promise<GraphqlAnswer> {
    return this.app.graphql(
      `mutation ($ceremonyId: ID!, $response: JSON!) {
        finishPasskeySignIn(ceremonyId: $ceremonyId, response: $response) {
          account { username security { confirmedUntil sessions { current method } } }
        }
      }`,
      { ceremonyId, response },
      viewer,
    );
  }

  /** @returns the id in the API of a new passkey in this authenticator */
  async register(
    viewer: Viewer,
    authenticator = this.authenticator(),
    name: string | null = null,
  ): Promise<string> {
    const { id, options } = await this.start('startPasskeyRegistration', viewer);
    const answer = await this.finishRegistration(viewer, id, authenticator.create(options), name);
    if (!answer.data) throw new Error(JSON.stringify(answer.errors));
    return (answer.data['passkey'] as { id: string }).id;
  }

  async signIn(authenticator: SoftwareAuthenticator, twist: Twist = {}): Promise<GraphqlAnswer> {
    const { id, options } = await this.start('startPasskeySignIn');
    return this.finishSignIn(id, authenticator.get(options, twist));
  }
}
