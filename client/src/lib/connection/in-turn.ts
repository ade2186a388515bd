/** Milliseconds that an act waits for the one before: a connection that hangs must not hold up all that follow. */
const longestWait = 10_000;
const act =
  /"operationName":"(?:MarkRead|MarkUnread|MarkAllRead|Dismiss|Restore|Snooze|Unsnooze|SignOut)"/;

/**
 * What is done with the inbox reaches the server in the order it was done: read and at once unread again would
 * otherwise travel on two connections, and whichever comes last stays. Signing out goes after them, or what waits
 * would be refused. Everything else goes at once.
 */
export function inTurn(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  let line: Promise<unknown> = Promise.resolve();
  return (input, init) => {
    if (typeof init?.body !== 'string' || !act.test(init.body)) return fetch(input, init);
    const answer = Promise.race([line, pause(longestWait)]).then(() => fetch(input, init));
    line = answer.catch(() => undefined);
    return answer;
  };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
