/** Why embedded PostgreSQL cannot be had, as a sentence for the person who starts the server; never wrapped, never a stack to read. */
export class EmbeddedPostgresFailure extends Error {
  override name = 'EmbeddedPostgresFailure';
}

const KNOWN: ReadonlyArray<readonly [RegExp, (where: string) => string]> = [
  [
    /No space left on device|ENOSPC/i,
    (where) =>
      `The disk that holds ${where} is full. Free some space there (about 100 MB to begin with), then start again.`,
  ],
  [
    /Disk quota exceeded|EDQUOT/i,
    (where) => `The disk quota for ${where} is used up. Free some space there, then start again.`,
  ],
  [
    /Read-only file system|EROFS/i,
    (where) =>
      `${where} is on a read-only file system. Set DATA_DIR to a directory that can be written to.`,
  ],
  [
    /could not look up effective user ID|local user with ID \d+ does not exist/i,
    () =>
      'PostgreSQL cannot create its database because the user that runs Gatehouse has no name on this system. ' +
      'Run Gatehouse as a user of /etc/passwd, or set DATABASE_URL.',
  ],
];

/** Turns what a program or the file system said into a failure that names `where` and, where it is known, what to do. */
export function explain(where: string, attempt: string, said: string): EmbeddedPostgresFailure {
  const known = KNOWN.find(([pattern]) => pattern.test(said));
  return new EmbeddedPostgresFailure(
    known ? known[1](where) : `${attempt}: ${said.trim() || 'it gave no reason'}`,
  );
}
