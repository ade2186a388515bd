import { Webhook, WebhookVerificationError } from 'standardwebhooks';

export { WebhookVerificationError };

/** What a webhook is sent. */
export interface WebhookEvent {
  /** The key of a notification type, as `system.update_available`. */
  readonly type: string;
  /** When it happened; an ISO instant. */
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** Of a fetch `Request`, or of Node's `IncomingMessage`. */
export type WebhookHeaders =
  Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'] as const;

/**
 * Whether a request comes from the Gatehouse that holds the secret, and what it says. Read `webhook-id` as well: a
 * message that was sent twice has the same one both times.
 * @param body exactly as it was received, before anything parsed it
 * @param secret `whsec_…`
 * @throws WebhookVerificationError when it is not signed with the secret, or is older than five minutes
 */
export function verifyWebhook(body: string, headers: WebhookHeaders, secret: string): WebhookEvent {
  const given = Object.fromEntries(names.map((name) => [name, headerOf(headers, name)]));
  return new Webhook(secret).verify(body, given) as WebhookEvent;
}

function headerOf(headers: WebhookHeaders, name: string): string {
  if (headers instanceof Headers) return headers.get(name) ?? '';
  const found = Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1];
  return typeof found === 'string' ? found : (found?.[0] ?? '');
}
