import { Extensions } from 'type-graphql';
import type { Scope } from './viewer.js';

/**
 * What a credential must be to use a field at all, said at the field and enforced before anything
 * runs, on HTTP and sockets alike. It says nothing about rights over data: those are the first
 * line of the use-case.
 */
export interface AccessRule {
  /** Also without a session or token. */
  anonymous?: true;
  /** Also with an access token that has this scope; 'ANY' is any token. Without it: sessions only. */
  scope?: Scope | 'ANY';
  /** Also with a license's API key, which may touch nothing else. */
  apiKey?: true;
  /** Also while the account must first mend something: whatever it is, or what is named. */
  restricted?: true | 'TWO_FACTOR_REQUIRED';
  /**
   * What the use-case asks for; 'ANY': any administrator. Said here so that a test can try every such
   * field with and without it. Fields of a type that has one need one of their own.
   */
  permission?: string;
}

/**
 * On a field, or on an object type as the rule of its fields that have none of their own. Every
 * field of Query, Mutation and Subscription needs one; the schema does not build without.
 */
export function Access(rule: AccessRule): ClassDecorator & MethodDecorator & PropertyDecorator {
  return Extensions({ access: rule });
}
