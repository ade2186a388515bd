import type { Context, Reply } from '../../kernel/access/context.js';
import type { Get } from '../../kernel/get.js';
import { anonymous } from '../../kernel/access/viewer.js';
import type { Origin, Viewer } from '../../kernel/access/viewer.js';
import type { Identity } from './identity.js';

export interface OperationParts {
  readonly identity: Identity;
  readonly get: Get;
  readonly origin: Origin;
  /** Null takes the cookie away. */
  setCookie(secret: string | null, maxAge: number | null): void;
  /** The browser's own secret, made when it has none yet. */
  browser(): string;
}

/**
 * The context of a query or mutation. Who asks may change half-way (a sign-in reads the account it
 * opened), and Apollo hands resolvers a copy of the context, so the viewer stands in a cell that
 * copies share.
 */
export class OperationContext implements Context {
  readonly loaders = new Map<unknown, unknown>();
  readonly get: Get;
  readonly reply: Reply;
  readonly cell: {
    viewer: Viewer;
    /** Holds the document against another viewer; set once the document is known. */
    readmit: ((viewer: Viewer) => void) | null;
  };

  constructor(viewer: Viewer, parts: OperationParts) {
    const cell = (this.cell = { viewer, readmit: null } as OperationContext['cell']);
    this.get = parts.get;
    this.reply = {
      async setSession(secret, maxAge) {
        parts.setCookie(secret, maxAge);
        const credentials = { authorization: null, cookie: secret };
        cell.viewer = await parts.identity.identify(credentials, parts.origin);
        cell.readmit?.(cell.viewer);
      },
      clearSession() {
        parts.setCookie(null, null);
        // What stands behind it in the same document is asked by nobody.
        cell.viewer = anonymous(parts.origin);
      },
      browser: () => parts.browser(),
    };
  }

  get viewer(): Viewer {
    return this.cell.viewer;
  }
}
