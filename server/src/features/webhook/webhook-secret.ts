import { randomBytes } from 'node:crypto';

export interface WebhookSecret {
  readonly secret: string;
  /** ISO instant; null while it is the newest. */
  readonly until: string | null;
}

const overlapMs = 24 * 3_600_000;

/** Standard Webhooks: `whsec_` and 24 to 64 random bytes in base64. */
export const newWebhookSecret = (): WebhookSecret => ({
  secret: `whsec_${randomBytes(32).toString('base64')}`,
  until: null,
});

/**
 * A new secret and, for a day, the one before it: a receiver is changed in that time. Those that were
 * on their way out already keep their own end.
 */
export function rotated(secrets: readonly WebhookSecret[], now: Date): WebhookSecret[] {
  const end = new Date(now.getTime() + overlapMs).toISOString();
  const former = secrets
    .map(({ secret, until }) => ({ secret, until: until ?? end }))
    .filter(({ until }) => new Date(until) > now);
  return [newWebhookSecret(), ...former];
}
