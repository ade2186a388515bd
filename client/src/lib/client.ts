export { createGatehouseClient } from './connection/client.ts';
export { Failure } from './connection/failure.ts';
export type { FailureCode } from './connection/failure.ts';
export type { ConfirmIdentity, Gatehouse, Result } from './connection/gatehouse.ts';
export type { GatehouseOptions } from './connection/options.ts';
export type { InboxEvent, Live, LiveEnd, LiveState } from './connection/live.ts';
export * from './graphql/generated/documents.ts';
