import { ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';

/** Carries nothing itself: each room that administrators see adds its fields, and asks for its own permission. */
@Access({ scope: 'ADMIN', permission: 'ANY' })
@ObjectType('Admin')
export class AdminView {}
