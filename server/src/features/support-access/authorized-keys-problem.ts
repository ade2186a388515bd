export type FileProblem = 'FOLDER_MISSING' | 'UNSAFE_FILE' | 'NO_SUCH_USER' | 'NOT_WRITABLE';

/** Why the file of keys must not or cannot be written. */
export class AuthorizedKeysProblem extends Error {
  override readonly name = 'AuthorizedKeysProblem';

  constructor(
    readonly problem: FileProblem,
    message: string,
  ) {
    super(message);
  }
}

export function unsafe(reason: string): never {
  throw new AuthorizedKeysProblem('UNSAFE_FILE', reason);
}
