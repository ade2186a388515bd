import { redirect } from '@sveltejs/kit';
import { signInPath } from '../../answer.ts';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  const { visitor } = await parent();
  if (!visitor) redirect(303, signInPath('/change-password'));
  if (!visitor.security.passwordChangeRequired) redirect(303, '/security#password');
  return { username: visitor.username };
};
