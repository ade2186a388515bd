import { redirect } from '@sveltejs/kit';
import { safeReturnTo } from '../../answer.ts';
import type { PageLoad } from './$types';

const reasons = ['session-ended', 'signed-out', 'password-set'] as const;

export const load: PageLoad = async ({ parent, url }) => {
  const { site, visitor } = await parent();
  const returnTo = safeReturnTo(url.searchParams.get('returnTo'), url.origin);
  if (site.needsSetUp) redirect(303, '/setup');
  if (visitor?.security.passwordChangeRequired) redirect(303, '/change-password');
  if (visitor) redirect(303, returnTo);
  const reason = reasons.find((one) => one === url.searchParams.get('reason'));
  return { returnTo, reason };
};
