/** For a page's `load`: what `<BroadcastList>` asks for first. */
export const firstBroadcasts = { first: 20, after: null };
