import { redirect } from '@sveltejs/kit';
import { safeReturnTo } from '../../answer.ts';
import type { PageLoad } from './$types';

const reasons = ['session-ended', 'signed-out', 'password-set'] as const;

export const load: PageLoad = async ({ parent, url, fetch }) => {
  const { site, visitor } = await parent();
  const returnTo = await wayBack(url, fetch);
  if (site.needsSetUp) redirect(303, '/setup');
  if (visitor?.security.passwordChangeRequired) redirect(303, '/change-password');
  if (visitor) redirect(303, returnTo, { external: [new URL(returnTo, url).origin] });
  const reason = reasons.find((one) => one === url.searchParams.get('reason'));
  // Who wanted a page and sees a form instead is told why.
  const isWanted = url.searchParams.has('returnTo') && returnTo.startsWith('/');
  return { returnTo, reason: reason ?? (isWanted ? ('first' as const) : undefined) };
};

/** On our own origin we can tell; whether another one is allowed we ask. */
async function wayBack(url: URL, fetch: typeof globalThis.fetch): Promise<string> {
  const wanted = url.searchParams.get('returnTo');
  const isElsewhere = wanted && URL.canParse(wanted) && new URL(wanted).origin !== url.origin;
  if (!isElsewhere) return safeReturnTo(wanted, url.origin);
  const answer = await fetch(`/visitor?returnTo=${encodeURIComponent(wanted)}`);
  return ((await answer.json()) as { returnTo: string }).returnTo;
}
