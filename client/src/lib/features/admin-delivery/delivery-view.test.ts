import { expect, test } from 'vitest';
import {
  deliveryVariables,
  everything,
  isNarrowed,
  readDeliveryView,
  writeDeliveryView,
} from './delivery-view.ts';

const read = (query: string) => readDeliveryView(new URLSearchParams(query));

test('what stands in an address is what is looked at, and back', () => {
  const query = '?status=FAILED&channel=EMAIL&username=ada&since=2026-11-01&after=x&after=y';
  const view = read(query);
  expect(view).toEqual({
    status: 'FAILED',
    channel: 'EMAIL',
    username: 'ada',
    since: '2026-11-01',
    turned: ['x', 'y'],
  });
  expect(writeDeliveryView(view)).toBe(query);
  expect(writeDeliveryView(everything)).toBe('');
});

test.each([
  'status=failed',
  'channel=IN_APP',
  'channel=FAX',
  'since=2026-13-45',
  'since=yesterday',
])('an address that was written by hand and is wrong (%s) narrows nothing', (query) =>
  expect(isNarrowed(read(query))).toBe(false),
);

test('a day begins where the reader lives', () => {
  const view = { ...everything, since: '2026-07-01', turned: ['x', 'y'] };
  expect(deliveryVariables(view, 'Europe/Rome')).toMatchObject({
    since: '2026-06-30T22:00:00.000Z',
    after: 'y',
    username: null,
  });
});
