import type { Context } from '../../kernel/access/context.js';
import type { Get } from '../../kernel/get.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { newSecret } from '../../kernel/crypto/token.js';
import {
  browserCookie,
  browserCookieName,
  clearedCookie,
  readCookie,
  sessionCookie,
  sessionCookieName,
} from '../http/request/cookies.js';
import type { GraphqlHandler } from '../http/request/fetch-request.js';
import type { ApolloTransport } from './apollo.js';
import type { Identity } from './identity.js';
import { OperationContext } from './operation-context.js';

export interface EndpointParts {
  readonly apollo: ApolloTransport;
  readonly identity: Identity;
  readonly unitOfWork: <T>(work: () => Promise<T>) => Promise<T>;
  readonly get: Get;
  readonly site: { readonly publicUrl: string };
}

/** POST /graphql as a unit of work: who asks, what he may, and the cookies of the answer. */
export function graphqlEndpoint(parts: EndpointParts): GraphqlHandler {
  const { apollo, identity, unitOfWork, get, site } = parts;
  const cookieName = sessionCookieName(site);
  return async (request) => {
    let sessionValue: string | null = null;
    let browserSecret: string | null = null;
    let isNewBrowser = false;
    const origin = {
      address: request.incoming.address,
      userAgent: request.headers.get('user-agent'),
    };
    try {
      return await unitOfWork(async () => {
        const authorization = request.headers.get('authorization');
        const sent = request.headers.get('cookie') ?? undefined;
        const cookie = readCookie(sent, cookieName);
        const viewer = await identity.identify({ authorization, cookie }, origin);
        const context = new OperationContext(viewer, {
          identity,
          get,
          origin,
          setCookie(secret, maxAge) {
            sessionValue =
              secret === null ? clearedCookie(site) : sessionCookie(site, secret, maxAge);
          },
          browser() {
            browserSecret ??= readCookie(sent, browserCookieName(site));
            isNewBrowser ||= browserSecret === null;
            return (browserSecret ??= newSecret());
          },
        });
        const answer = await apollo.answer(request, async () => context);
        if (sessionValue !== null) answer.headers.append('set-cookie', sessionValue);
        if (isNewBrowser) answer.headers.append('set-cookie', browserCookie(site, browserSecret!));
        return answer;
      });
    } catch (error) {
      return apollo.failure(error);
    }
  };
}

/** For sockets, which answer without headers: whoever signs in or out does so by POST. */
export function socketContext(viewer: Viewer, get: Get): Context {
  const refuse = () => {
    throw new Error('A socket sets no cookies');
  };
  const reply = { setSession: refuse, clearSession: refuse, browser: refuse };
  return { viewer, get, loaders: new Map(), reply };
}
