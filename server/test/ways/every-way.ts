import { getNamedType, isInputObjectType } from 'graphql';
import type { App } from '../../src/app.js';

const proofs = ['password', 'totpCode', 'recoveryCode', 'passkey'];

/**
 * What lets somebody through without a session, or tries a secret: every mutation that is open to
 * everybody or counts as a check of a credential, by each proof it takes; every kind of credential,
 * by HTTP and by socket; and the command line.
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
  // A license's API key opens nobody's account, and no socket.
  const own = app.house.credentials.filter(({ makes }) => makes !== 'key');
  const carriers = own.map(({ carrier }) => carrier);
  const doors = carriers.flatMap((carrier) => [`credential ${carrier}`, `socket ${carrier}`]);
  return [...mutations, ...doors, 'command line'];
}
