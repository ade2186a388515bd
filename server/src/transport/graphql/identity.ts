import type { CredentialEnd, CredentialSource } from '../../kernel/access/credential.js';
import { Refusal, refuse } from '../../kernel/errors.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';

/** What a request or a socket brought to say who it is. */
export interface Credentials {
  /** The whole Authorization header; when there is one, only it counts. */
  readonly authorization: string | null;
  readonly cookie: string | null;
}

/** Credentials to viewers, by the sources that features brought. */
export class Identity {
  constructor(private readonly sources: readonly CredentialSource[]) {}

  /** @throws UNAUTHENTICATED for an Authorization header that is no good; a stale cookie is nobody. */
  async identify(credentials: Credentials, origin: Origin): Promise<Viewer> {
    if (credentials.authorization !== null) {
      const secret = /^Bearer ([\w.~+/=-]{1,512})$/i.exec(credentials.authorization)?.[1];
      const viewer = secret ? await this.#ask('bearer', secret, origin) : null;
      return (
        viewer ?? refuse('UNAUTHENTICATED', 'The access token is unknown, expired or revoked.')
      );
    }
    if (credentials.cookie === null) return anonymous(origin);
    try {
      return (await this.#ask('cookie', credentials.cookie, origin)) ?? anonymous(origin);
    } catch (error) {
      // A browser sends its cookie whatever it asks: the sign-in page must still open there, and
      // somebody else be able to sign in.
      if (!(error instanceof Refusal) || error.code !== 'IP_NOT_ALLOWED') throw error;
      return { ...anonymous(origin), barred: error };
    }
  }

  /** The viewers as they are now, in the given order, in one statement a kind of credential. */
  async recheck(viewers: readonly Viewer[]): Promise<readonly (Viewer | CredentialEnd)[]> {
    const now = new Map<Viewer, Viewer | CredentialEnd>();
    for (const source of this.sources) {
      const own = [...new Set(viewers)].filter((viewer) => viewer.kind === source.makes);
      if (own.length === 0) continue;
      const answers = await source.recheck(own);
      own.forEach((viewer, index) => now.set(viewer, answers[index] ?? 4401));
    }
    return viewers.map((viewer) => now.get(viewer) ?? 4401);
  }

  async #ask(
    carrier: CredentialSource['carrier'],
    secret: string,
    origin: Origin,
  ): Promise<Viewer | null> {
    for (const source of this.sources) {
      if (source.carrier !== carrier) continue;
      const viewer = await source.identify(secret, origin);
      if (viewer) return viewer;
    }
    return null;
  }
}
