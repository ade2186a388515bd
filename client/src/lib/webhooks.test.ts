import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { verifyWebhook, WebhookVerificationError } from './webhooks.ts';

const secret = 'whsec_bmV3ZXN0IHNlY3JldCBvZiBhbGwgb2YgdGhlbQ==';
const former = 'whsec_Zm9ybWVyIHNlY3JldCBvZiBhbGwgb2YgdGhlbSE=';
const body =
  '{"type":"domain.created","timestamp":"2026-11-24T13:05:00.000Z","data":{"name":"example.org"}}';

const headersOf = (at = new Date(), ...secrets: string[]) => ({
  'webhook-id': '0197a3c0-0000-7000-8000-000000000001',
  'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
  'webhook-signature': (secrets.length > 0 ? secrets : [secret])
    .map((each) => new Webhook(each).sign('0197a3c0-0000-7000-8000-000000000001', at, body))
    .join(' '),
});

describe('who receives webhooks', () => {
  test('reads what was signed, from headers of any kind', () => {
    const event = { type: 'domain.created', data: { name: 'example.org' } };
    const headers = headersOf();
    expect(verifyWebhook(body, headers, secret)).toMatchObject(event);
    expect(verifyWebhook(body, new Headers(headers), secret)).toMatchObject(event);
    const capitals = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name.toUpperCase(), [value]]),
    );
    expect(verifyWebhook(body, capitals, secret)).toMatchObject(event);
  });

  test('may change to a new secret while both sign', () => {
    const headers = headersOf(new Date(), secret, former);
    for (const each of [secret, former]) expect(verifyWebhook(body, headers, each)).toBeTruthy();
  });

  test.each([
    ['another secret', body, headersOf(), former],
    ['another body', body.replace('example.org', 'evil.example'), headersOf(), secret],
    ['no signature', body, { ...headersOf(), 'webhook-signature': undefined }, secret],
    ['another id', body, { ...headersOf(), 'webhook-id': 'x' }, secret],
    ['an old message', body, headersOf(new Date(Date.now() - 600_000)), secret],
    ['no headers', body, {}, secret],
  ])('is told of %s', (_, text, headers, key) => {
    expect(() => verifyWebhook(text, headers, key)).toThrow(WebhookVerificationError);
  });
});
