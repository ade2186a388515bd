import { ObjectType } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';

/**
 * Its fields are read when they are asked for, by the rooms they belong to. What leads to it asks for
 * the scope.
 */
@Access({ scope: 'ANY' })
@ObjectType('NotificationSettings')
export class NotificationSettingsView {
  accountId!: string;
}
