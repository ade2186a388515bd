import type { Handle, HandleFetch, HandleServerError } from '@sveltejs/kit/hooks';
import { localeCookie, negotiateLocale, readTheme, themeCookie } from './routes/preferences.ts';

const languageMark = /<meta name="gatehouse-language" content="([a-z]{2})"/;

/** The language of somebody signed in is known only once the page is drawn: the page leaves it as a mark in its head. */
export const handle: Handle = async ({ event, resolve }) => {
  const language = event.request.headers.get('accept-language');
  event.locals.locale = negotiateLocale(event.cookies.get(localeCookie), language);
  event.locals.theme = readTheme(event.cookies.get(themeCookie));
  event.locals.cookies = [];
  const response = await resolve(event, {
    transformPageChunk: ({ html }) =>
      html
        .replace('%gatehouse.lang%', languageMark.exec(html)?.[1] ?? event.locals.locale)
        .replace('%gatehouse.theme%', event.locals.theme),
    // urql reads this header of an answer that is replayed in the browser.
    filterSerializedResponseHeaders: (name) => name === 'content-type',
  });
  // Under `no-referrer` browsers send a form's POST with `Origin: null`, which no origin check can let pass.
  response.headers.set('referrer-policy', 'same-origin');
  for (const cookie of event.locals.cookies) response.headers.append('set-cookie', cookie);
  return response;
};

/** Pages ask GraphQL in the same process; in `vite dev`, where no server carries them, over the proxy. */
export const handleFetch: HandleFetch = async ({ event, request, fetch }) => {
  const graphql = event.platform?.req.graphql;
  if (!graphql || new URL(request.url).pathname !== '/graphql') return fetch(request);
  const response = await graphql(request);
  event.locals.cookies.push(...response.headers.getSetCookie());
  return response;
};

/** What broke is for the log; a visitor gets words from the page itself, and an id to ask about. */
export const handleError: HandleServerError = (caught) => {
  const requestId = caught.event.platform?.req.id;
  const about = requestId ? { requestId } : {};
  if (caught.kind !== 'unknown') return { ...about };
  console.error(caught.error);
  return { status: 500, message: '', ...about };
};
