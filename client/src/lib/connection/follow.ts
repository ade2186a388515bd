import type { AnyVariables, TypedDocumentNode } from '@urql/core';
import type { Operation } from '../graphql/generated/types.ts';
import type { Gatehouse } from './gatehouse.ts';

/**
 * Follows a subscription that tells the present state at once and each later one: begun anew whenever the
 * connection is, so that nothing has to be caught up with. @returns how to stop
 */
export function follow<Data, Variables>(
  gatehouse: Gatehouse,
  document: Operation<Data, Variables>,
  variables: Variables,
  listener: (data: Data) => void,
): () => void {
  let hangUp = () => {};

  function open(): void {
    hangUp();
    hangUp = gatehouse.urql
      .subscription<Data>(
        document as unknown as TypedDocumentNode<Data, AnyVariables>,
        variables as AnyVariables,
      )
      .subscribe(({ data }) => {
        if (data) listener(data);
      }).unsubscribe;
  }

  if (gatehouse.live.state === 'live') open();
  const stop = gatehouse.live.onState((state) => {
    if (state === 'live') open();
    else hangUp();
  });
  return () => {
    stop();
    hangUp();
  };
}
