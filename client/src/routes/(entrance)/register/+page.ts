import type { PageLoad } from './$types';

export const load: PageLoad = ({ url }) => ({
  invite: url.searchParams.get('invite') ?? undefined,
});
