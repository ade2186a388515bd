import { answerJson } from '../answer.js';
import type { Route } from './routes.js';

/**
 * GET /.well-known/webauthn: the origins whose pages may ask for this host's passkeys (WebAuthn
 * level 3 §5.11). Whether an answer given there is taken is decided when it arrives.
 */
export function relatedOriginsRoute(publicUrl: string, allowed: readonly string[]): Route {
  const origins = [...new Set([new URL(publicUrl).origin, ...allowed])];
  return {
    name: 'related-origins',
    path: '/.well-known/webauthn',
    methods: ['GET', 'HEAD'],
    handle: async (_request, response) => answerJson(response, 200, { origins }),
  };
}
