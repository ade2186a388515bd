import { getNamedType, isInputObjectType } from 'graphql';
import type { App } from '../../src/app.js';

const proofs = ['password', 'totpCode', 'recoveryCode', 'passkey'];

/**
 * What lets somebody through without a session, or tries a secret: every mutation that is open to
 * everybody or counts as a check of a credential, by each proof it takes; every kind of credential,
 * by HTTP and by socket; every address beside GraphQL; and the command line.
 */
export function everyWay(app: App): string[] {
  const mutations = Object.values(app.schema().getMutationType()!.getFields()).flatMap((field) => {
    const access = field.extensions['access'] as { anonymous?: true } | undefined;
    if (!access?.anonymous && !field.extensions['credentialCheck']) return [];
    const name = `Mutation.${field.name}`;
    const input = field.args.map(({ type }) => getNamedType(type)).find(isInputObjectType);
    const taken = Object.keys(input?.getFields() ?? {}).filter((each) => proofs.includes(each));
    return taken.length > 1 ? taken.map((proof) => `${name} ${proof}`) : [name];
  });
  // A license's API key comes as an access token does, and is another thing.
  const kinds = app.house.credentials.map(({ carrier, makes }) =>
    makes === 'key' ? makes : carrier,
  );
  const doors = kinds.flatMap((kind) => [`credential ${kind}`, `socket ${kind}`]);
  const routes = app.house.routes.flatMap(({ method, prefix, asksWho }) => {
    const route = `route ${method} ${prefix}`;
    return asksWho ? [`${route} cookie`, `${route} bearer`] : [route];
  });
  return [...mutations, ...doors, ...routes, 'command line'];
}
