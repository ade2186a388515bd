import { json } from '@sveltejs/kit';
import type { RequestHandler } from './$types';

/**
 * Language and theme of a browser, for the first load of a page, which asks in the same process. As a load of the server
 * they would bring 1 kB of code into every page.
 */
export const GET: RequestHandler = ({ locals: { locale, theme } }) =>
  json({ locale, theme }, { headers: { 'cache-control': 'no-store' } });
