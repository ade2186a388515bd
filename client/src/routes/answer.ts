import { error, redirect } from '@sveltejs/kit';
import { Failure } from '../lib/connection/failure.ts';

/** Turns a refusal that a page load met into what a visitor should see instead. */
export async function answered<Data>(asked: Promise<Data>, returnTo: string): Promise<Data> {
  try {
    return await asked;
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    switch (failure.code) {
      case 'UNAUTHENTICATED':
        return redirect(303, signInPath(returnTo));
      case 'PASSWORD_CHANGE_REQUIRED':
        return redirect(303, '/change-password');
      case 'TWO_FACTOR_REQUIRED':
        return redirect(303, '/second-factor');
      case 'FORBIDDEN':
      case 'NOT_FOUND':
      // An address that says what no page says: nothing is there.
      case 'BAD_USER_INPUT':
        return error(404, failure.code);
      default:
        return error(503, failure.code);
    }
  }
}

export function signInPath(returnTo: string, reason?: 'session-ended' | 'signed-out'): string {
  const parameters = new URLSearchParams();
  if (returnTo !== '/' && returnTo !== '/profile') parameters.set('returnTo', returnTo);
  if (reason) parameters.set('reason', reason);
  const query = parameters.toString();
  return query ? `/sign-in?${query}` : '/sign-in';
}

/**
 * A path on this origin, or an address of a site that embeds us: no other may be where a sign-in ends (CWE-601).
 * @param allowed origins of such sites
 */
export function safeReturnTo(
  wanted: string | null,
  origin: string,
  allowed: readonly string[] = [],
): string {
  const home = '/profile';
  if (!wanted || !URL.canParse(wanted, origin)) return home;
  const { origin: leadsTo, href, pathname, search, hash } = new URL(wanted, origin);
  if (leadsTo !== origin && allowed.includes(leadsTo)) return href;
  // A path that begins with two slashes would be read as a host by whoever navigates to it.
  return leadsTo === origin && !pathname.startsWith('//') ? pathname + search + hash : home;
}
