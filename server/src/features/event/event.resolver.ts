import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { Access } from '../../kernel/access/access.js';
import type { Context } from '../../kernel/access/context.js';
import { EmitEventInput, EmittedEventView } from './event.view.js';
import { EmittedEvents } from './emitted-events.js';

@Resolver()
export class EventResolver {
  constructor(private readonly events: EmittedEvents) {}

  @Access({ scope: 'EVENTS_WRITE', permission: 'admin.notifications' })
  @Mutation(() => EmittedEventView, {
    description:
      'Scope events:write. Idempotent on `key`: the same key twice makes one notification.',
  })
  emitEvent(
    @Ctx() { viewer }: Context,
    @Arg('input', () => EmitEventInput) input: EmitEventInput,
  ): Promise<EmittedEventView> {
    return this.events.emit(viewer, input);
  }
}
