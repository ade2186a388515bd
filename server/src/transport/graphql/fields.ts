import { isInterfaceType, isObjectType } from 'graphql';
import type {
  GraphQLCompositeType,
  GraphQLField,
  GraphQLObjectType,
  GraphQLSchema,
  OperationTypeNode,
} from 'graphql';

export function rootTypeOf(
  schema: GraphQLSchema,
  operation: `${OperationTypeNode}`,
): GraphQLObjectType | undefined {
  return schema.getRootType(operation as OperationTypeNode) ?? undefined;
}

/** The field of that name, undefined for what does not exist and for introspection. */
export function fieldOf(
  schema: GraphQLSchema,
  parent: GraphQLCompositeType | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
}
