import type { Cache } from '@urql/exchange-graphcache';

/** Makes fields stale; they are asked for again when somebody looks at them. */
export function forget(cache: Cache, entity: string, ...fields: string[]): void {
  for (const { fieldName, arguments: given } of cache.inspectFields(entity)) {
    if (fields.includes(fieldName)) cache.invalidate(entity, fieldName, given);
  }
}
