/** For a page's `load`: what `<InviteList>` asks for first. */
export const firstInvites = { first: 20, after: null };
