import { describe, expect, test } from 'vitest';
import type { AlertDeliveryFragment } from '../../graphql/generated/documents.ts';
import { refusedIn } from './outcome.ts';

let made = 0;
const mail = (target: string, status: AlertDeliveryFragment['status']): AlertDeliveryFragment => ({
  id: String(++made),
  channel: 'EMAIL',
  target,
  status,
  sentAt: null,
  nextAttemptAt: null,
  reason: null,
});
const refused = (...deliveries: AlertDeliveryFragment[]) =>
  refusedIn(deliveries).map(({ target }) => target);

describe('an address is said to refuse alerts', () => {
  test('when the latest that came to an end was refused, once', () => {
    expect(refused(mail('a', 'FAILED'), mail('a', 'FAILED'), mail('b', 'SENT'))).toEqual(['a']);
  });

  test('not any more once a later one was taken, nor while one is only late', () => {
    expect(refused(mail('a', 'SENT'), mail('a', 'FAILED'))).toEqual([]);
    expect(refused(mail('a', 'RETRYING'), mail('b', 'PENDING'))).toEqual([]);
  });

  test('still while the next is on its way', () => {
    expect(refused(mail('a', 'PENDING'), mail('a', 'FAILED'))).toEqual(['a']);
  });
});
