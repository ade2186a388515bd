import type { Cache } from '@urql/exchange-graphcache';

/** Makes fields stale; they are asked for again when somebody looks at them. */
export function forget(cache: Cache, entity: string, ...fields: string[]): void {
  for (const { fieldName, arguments: given } of cache.inspectFields(entity)) {
    if (fields.includes(fieldName)) cache.invalidate(entity, fieldName, given);
  }
}

/** The same of what the caller's own account shows. */
export function forgetMine(cache: Cache, ...fields: string[]): void {
  const me = cache.resolve('Query', 'me');
  if (typeof me === 'string') forget(cache, me, ...fields);
}
