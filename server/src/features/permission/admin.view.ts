import { ObjectType } from 'type-graphql';

/** Carries nothing itself: each room that administrators see adds its fields, and asks for its own permission. */
@ObjectType('Admin')
export class AdminView {}
