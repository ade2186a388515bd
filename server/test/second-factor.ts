import { generateSync } from 'otplib';
import type { Viewer } from '../src/kernel/access/viewer.js';
import type { TestApp } from './app.js';
import { refusalOf, viewerOf } from './beside.js';

export interface Authenticator {
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
  /** The code it shows now, or so many steps of 30 seconds later. */
  code(later?: number): string;
  /** A code it does not show near now. */
  wrong(): string;
}

const step = 30_000;

export function authenticatorOf(
  app: TestApp,
  secret: string,
  recoveryCodes: readonly string[] = [],
): Authenticator {
  const code = (later = 0) => {
    const epoch = Math.floor((app.clock.now().getTime() + later * step) / 1000);
    return generateSync({ secret, epoch });
  };
  const wrong = () => {
    const shown = [-2, -1, 0, 1, 2].map(code);
    return ['000000', '111111', '222222', '333333', '444444', '555555'].find(
      (each) => !shown.includes(each),
    )!;
  };
  return { secret, recoveryCodes, code, wrong };
}

/** Switches TOTP on as a page does, and waits until its first code is over. */
export async function enrol(app: TestApp, viewer: Viewer): Promise<Authenticator> {
  const start = await app.graphql('mutation { startTotp { secret } }', {}, viewer);
  const { secret } = (start.data as { startTotp: { secret: string } }).startTotp;
  const document = 'mutation ($code: String!) { confirmTotp(code: $code) { codes } }';
  const code = authenticatorOf(app, secret).code();
  const confirmed = await app.graphql(document, { code }, viewer);
  const { codes } = (confirmed.data as { confirmTotp: { codes: string[] } }).confirmTotp;
  app.clock.advance(step);
  return authenticatorOf(app, secret, codes);
}

/** The first step: the challenge for the second. */
export async function challengeFor(
  app: TestApp,
  login: string,
  password: string,
  { remember = true, browser }: { remember?: boolean; browser?: string } = {},
): Promise<string> {
  const document = `mutation ($input: SignInInput!) {
    signIn(input: $input) { ... on SecondFactorRequired { challenge } }
  }`;
  const input = { login, password, remember };
  const answer = await app.graphql(document, { input }, undefined, browser);
  const refusal = refusalOf(answer);
  if (refusal) throw new Error(`The first step was refused: ${refusal.code}`);
  return (answer.data as { signIn: { challenge: string } }).signIn.challenge;
}

/** The session as it is now, as a request that comes now would find it. */
export const now = (app: TestApp, viewer: Viewer) => viewerOf(app, app.secretOf(viewer));
