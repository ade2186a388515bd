import type { Messages } from '../../generated/text/messages.js';

type Data = Record<string, string>;

/** What is told of a limit: how much of what. Bytes are told in the unit that a person would take. */
function amounts(data: Data) {
  const [used, limit] = [Number(data['used']), Number(data['limit'])];
  const isBytes = data['unit'] === 'BYTES';
  const names = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const of = (amount: number) => {
    const place = isBytes ? Math.min(5, Math.floor(Math.log10(Math.max(1, amount)) / 3)) : 0;
    const rounded = Math.round((amount / 1000 ** place) * 10) / 10;
    return [rounded, isBytes ? ` ${names[place]!}` : ''] as const;
  };
  const [usedNumber, usedUnit] = of(used);
  const [limitNumber, limitUnit] = of(Math.max(0, limit));
  const unlimited = limit < 0 ? 'yes' : 'no';
  const threshold = data['threshold']!;
  return {
    object: data['object']!,
    threshold,
    usedNumber,
    usedUnit,
    limitNumber,
    limitUnit,
    unlimited,
  };
}

type Told = ReturnType<typeof amounts>;

const needs = ['object', 'used', 'limit', 'threshold', 'unit'];

function quotaType(
  key: string,
  severity: 'WARNING' | 'SUCCESS',
  text: (messages: Messages, told: Told) => { title: string; body: string },
) {
  return {
    key,
    category: 'quota',
    severity,
    needs,
    channels: ['IN_APP', 'EMAIL'] as const,
    text: (messages: Messages, data: Data) => text(messages, amounts(data)),
  };
}

/** Warnings about space, of the account and of its e-mail accounts. */
export const quotaTypes = [
  quotaType('quota.near_limit', 'WARNING', (messages, told) => ({
    title: messages['notification.quotaNear.title'](told),
    body: messages['notification.quotaNear.body'](told),
  })),
  quotaType('quota.back_to_normal', 'SUCCESS', (messages, told) => ({
    title: messages['notification.quotaBack.title'](told),
    body: messages['notification.quotaBack.body'](told),
  })),
  quotaType('email_account.near_limit', 'WARNING', (messages, told) => ({
    title: messages['notification.emailAccountNear.title'](told),
    body: messages['notification.emailAccountNear.body'](told),
  })),
  quotaType('email_account.back_to_normal', 'SUCCESS', (messages, told) => ({
    title: messages['notification.emailAccountBack.title'](told),
    body: messages['notification.emailAccountBack.body'](told),
  })),
  {
    key: 'domain.created',
    category: 'domain',
    severity: 'INFO' as const,
    needs: ['domain'],
    text: (messages: Messages, data: Data) => ({
      title: messages['notification.domainCreated.title']({ domain: data['domain']! }),
      body: messages['notification.domainCreated.body']({ domain: data['domain']! }),
    }),
  },
];
