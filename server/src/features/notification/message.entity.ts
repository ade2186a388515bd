import { defineEntity, p } from '@mikro-orm/core';
import type { Locale } from '../../kernel/viewer.js';
import type { SeverityName, Text } from './notification-types.js';

const MessageSchema = defineEntity({
  name: 'Message',
  tableName: 'message',
  properties: {
    id: p.uuid().primary(),
    type: p.text(),
    category: p.text(),
    severity: p.text().$type<SeverityName>(),
    texts: p.json<Partial<Record<Locale, Text>>>().nullable(),
    url: p.text().nullable(),
    data: p.json<Record<string, unknown>>(),
    senderId: p.uuid().nullable(),
    broadcast: p.boolean().default(false),
    recipients: p.integer().default(0),
    createdAt: p.datetime(),
  },
});

/** What was said, once, however many hear it. Its id is also the notification's id in the API. */
export class Message extends MessageSchema.class {}
MessageSchema.setClass(Message);

export { MessageSchema };
