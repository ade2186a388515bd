import { expect } from 'vitest';
import type { Viewer } from '../src/kernel/viewer.js';
import { refusalOf } from './beside.js';
import type { MailedApp } from './mail.js';

/** Asks as a page would. @returns the data, of a call that must succeed */
export async function act(
  app: MailedApp,
  document: string,
  variables: Record<string, unknown> = {},
  viewer?: Viewer,
): Promise<Record<string, never>> {
  const answer = await app.graphql(document, variables, viewer);
  expect(refusalOf(answer)).toBeNull();
  return answer.data as Record<string, never>;
}

/** The alerts that came since the last look: subject and recipient, in order of both. */
export async function alertsTold(app: MailedApp): Promise<[subject: string, to: string][]> {
  const mails = await app.alertsTo();
  return mails
    .map((mail): [string, string] => [mail.subject ?? '', mail.envelopeTo.join(' ')])
    .sort((a, b) => (a.join() < b.join() ? -1 : 1));
}

export const addSecondary = `mutation ($email: EmailAddress!) {
  addSecondaryEmail(email: $email) { secondaryEmail { email } }
}`;
export const verifySecondary = 'mutation ($token: String!) { verifySecondaryEmail(token: $token) }';

/** Gives an account a verified second address; what that was told is looked through. */
export async function secondAddress(app: MailedApp, viewer: Viewer, email: string): Promise<void> {
  await act(app, addSecondary, { email }, viewer);
  await act(app, verifySecondary, { token: await app.tokenTo(email) });
  await app.alertsTo();
}
