import { json } from '@sveltejs/kit';
import { safeReturnTo } from '../answer.ts';
import type { RequestHandler } from './$types';

/**
 * Language and theme of a browser, for the first load of a page, which asks in the same process. As a load of the server
 * they would bring 1 kB of code into every page. And with `returnTo`, where a sign-in may lead: which other sites are
 * allowed there only the server knows.
 */
export const GET: RequestHandler = ({ locals: { locale, theme }, url, platform }) => {
  const wanted = url.searchParams.get('returnTo');
  const returnTo = safeReturnTo(wanted, url.origin, platform?.req.allowedOrigins);
  return json(
    { locale, theme, ...(wanted === null ? {} : { returnTo }) },
    { headers: { 'cache-control': 'no-store' } },
  );
};
