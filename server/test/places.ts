import { Identity } from '../src/transport/graphql/identity.js';
import { Refusal } from '../src/kernel/errors.js';
import type { Viewer } from '../src/kernel/access/viewer.js';
import type { TestApp } from './app.js';

/** Who a credential makes its bearer at an address; the refusal when it may not be used there. */
export async function whoAt(
  app: Pick<TestApp, 'house' | 'unit'>,
  credential: { readonly cookie: string } | { readonly token: string },
  address: string | null,
): Promise<Viewer | string> {
  const credentials = {
    cookie: 'cookie' in credential ? credential.cookie : null,
    authorization: 'token' in credential ? `Bearer ${credential.token}` : null,
  };
  const origin = { address, userAgent: 'test' };
  try {
    const viewer = await app.unit(() =>
      new Identity(app.house.credentials).identify(credentials, origin),
    );
    return viewer.barred?.code ?? viewer;
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}

interface Listed {
  readonly enabled: boolean;
  readonly entries: readonly { readonly cidr: string; readonly label: string | null }[];
  readonly callerAddress: string;
  readonly trialUntil: string | null;
}

export const setAllowlist = `mutation ($input: IpAllowlistInput!) {
  setIpAllowlist(input: $input) { ipAllowlist {
    enabled entries { cidr label } callerAddress trialUntil } } }`;

/** As the card on the security page does it. */
export function allowOnly(app: TestApp, viewer: Viewer, ...cidrs: string[]) {
  const entries = cidrs.map((cidr) => ({ cidr }));
  return app.graphql(setAllowlist, { input: { enabled: true, entries } }, viewer);
}

export async function allowlistOf(app: TestApp, viewer: Viewer): Promise<Listed> {
  const document = `{ me { security { ipAllowlist {
    enabled entries { cidr label } callerAddress trialUntil } } } }`;
  const { data } = await app.graphql(document, {}, viewer);
  return (data as { me: { security: { ipAllowlist: Listed } } }).me.security.ipAllowlist;
}
