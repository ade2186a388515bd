import { expect } from 'vitest';
import type { Viewer } from '../src/kernel/access/viewer.js';
import { refusalOf } from './beside.js';
import type { MailedApp } from './mail.js';

/** Asks as a page would. @returns the data, of a call that must succeed */
export async function act(
  app: MailedApp,
  document: string,
  variables: Record<string, unknown> = {},
  viewer?: Viewer,
): Promise<Record<string, unknown>> {
  const answer = await app.graphql(document, variables, viewer);
  expect(refusalOf(answer)).toBeNull();
  return answer.data as Record<string, unknown>;
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

/** Somebody with two mailboxes that alerts go to. */
export interface Owner {
  readonly viewer: Viewer;
  readonly primary: string;
  readonly secondary: string;
  /** What `alertsTold` answers when each of these came to both of them. */
  both(...subjects: string[]): [subject: string, to: string][];
}

export async function newOwner(app: MailedApp): Promise<Owner> {
  await app.unit(() => app.kernel.database.query('delete from rate_limit'));
  const viewer = await app.signedIn();
  await app.unit(() =>
    app.kernel.database.query('update account set email_verified = true where id = $1', [
      viewer.accountId,
    ]),
  );
  const [primary, secondary] = [`${viewer.name}@example.org`, `${viewer.name}@second.example`];
  await secondAddress(app, viewer, secondary);
  return {
    viewer,
    primary,
    secondary,
    both: (...subjects) =>
      subjects
        .flatMap((subject): [string, string][] => [
          [subject, primary],
          [subject, secondary],
        ])
        .sort((a, b) => (a.join() < b.join() ? -1 : 1)),
  };
}
