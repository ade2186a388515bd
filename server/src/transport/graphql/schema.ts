import { lexicographicSortSchema, printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';
import { buildSchemaSync } from 'type-graphql';
import type { PubSub } from 'type-graphql';
import type { Feature } from '../../kernel/feature.js';
import { DateTime } from '../../kernel/schema/scalars.js';

/** @param instances what the rooms set up, by class; empty to look at the schema only */
export function schemaOf(
  features: readonly Feature[],
  instances: ReadonlyMap<unknown, object>,
): GraphQLSchema {
  const resolvers = features.flatMap((feature) => feature.resolvers ?? []);
  const missing = resolvers.find((resolver) => instances.size > 0 && !instances.has(resolver));
  if (missing) throw new Error(`${missing.name} is listed but nobody made it`);
  return buildSchemaSync({
    resolvers: resolvers as unknown as [() => void, ...(() => void)[]],
    container: { get: (someClass: unknown) => instances.get(someClass) },
    scalarsMap: [{ type: Date, scalar: DateTime }],
    orphanedTypes: features.flatMap((feature) => feature.orphanedTypes ?? []),
    pubSub: everySubscriptionBringsItsOwn,
    validate: false,
    // By which the start would answer an introspection of all of it; Apollo asserts the schema, too.
    skipCheck: true,
  });
}

/** type-graphql asks for one although our subscriptions say themselves what they listen to. */
const everySubscriptionBringsItsOwn: PubSub = {
  publish: () => {
    throw new Error('Events go through kernel/live/live.ts');
  },
  subscribe: () => {
    throw new Error('This subscription has no `subscribe` of its own');
  },
};

/** The schema as it is published: sorted, so that a difference is a change and not an order. */
export function printedSchema(schema: GraphQLSchema): string {
  return `${printSchema(lexicographicSortSchema(schema))}\n`;
}
