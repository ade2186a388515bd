import { redirect } from '@sveltejs/kit';
import type { PageLoad } from './$types';

export const load: PageLoad = async ({ parent }) => {
  const { site } = await parent();
  if (!site.needsSetUp) redirect(303, '/sign-in');
};
