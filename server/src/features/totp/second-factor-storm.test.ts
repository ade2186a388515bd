import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestApp, goodPassword, nobody } from '../../../test/app.js';
import type { TestApp } from '../../../test/app.js';
import { codeOf, openBeside, viewerOf } from '../../../test/beside.js';
import type { SecondApp } from '../../../test/beside.js';
import { challengeFor, enrol } from '../../../test/second-factor.js';
import { Sealer } from '../../kernel/crypto/seal.js';
import type { Sealed } from '../../kernel/crypto/seal.js';
import { errorCodes } from '../../kernel/errors.js';
import { systemViewer } from '../../kernel/access/viewer.js';
import type { Viewer } from '../../kernel/access/viewer.js';
import { Confirmations } from '../confirm/confirmations.js';
import { SecondFactorTries } from '../factor/second-factor-tries.js';
import { Sessions } from '../session/sessions.js';
import { SecondSteps } from '../sign-in/second-steps.js';
import { UserCredentials } from '../user-change/user-credentials.js';
import { TotpEnrolments } from './totp-enrolments.js';
import { Totps, totpPurpose } from './totps.js';

const browser = 'the browser of this test';

let app: TestApp;
let second: SecondApp;
beforeAll(async () => {
  app = await createTestApp();
  second = await openBeside(app);
});
afterAll(async () => {
  await second.close();
  await app.close();
});

test('everything one can do to a second factor, at once on two servers, ends clearly', async () => {
  const ada = await app.signedIn();
  const authenticator = await enrol(app, ada);
  const browsers: Viewer[] = [];
  for (const _ of [1, 2, 3]) {
    const opened = await app.unit(() =>
      app.get(Sessions).open(ada.accountId!, 'PASSKEY', nobody.origin, {
        remember: true,
        confirmed: true,
      }),
    );
    browsers.push(await viewerOf(app, opened.secret));
  }
  const open: string[] = [];
  for (let n = 0; n < 20; n += 1) open.push(await challengeFor(app, ada.name, goodPassword));
  const answers = await Promise.all(
    open.flatMap((challenge, n) => {
      const { get, unit } = n % 2 === 0 ? app : second;
      const viewer = browsers[n % browsers.length]!;
      const recoveryCode = authenticator.recoveryCodes[n % 10]!;
      const totpCode = authenticator.code(n % 2);
      return [
        () => get(TotpEnrolments).start(viewer),
        () => get(TotpEnrolments).confirm(viewer, totpCode),
        () => get(TotpEnrolments).regenerateCodes(viewer),
        () =>
          n % 5 === 4 ? get(TotpEnrolments).disable(viewer) : get(Sessions).revokeOthers(viewer),
        () => get(Confirmations).confirm(viewer, { totpCode }, () => browser),
        () => get(SecondSteps).complete(nobody, { challenge, recoveryCode }, browser),
        () =>
          n === 19
            ? get(UserCredentials).disableTwoFactor(systemViewer, ada.accountId!)
            : undefined,
      ].map((act) => codeOf(unit(async () => act())));
    }),
  );
  const known = new Set<string>(['done', ...errorCodes]);
  expect(answers.filter((answer) => !known.has(answer))).toEqual([]);
  expect(answers).toContain('done');
  // Nor did any of them wait for each other in a circle.
  expect(app.kernel.database.redone + second.kernel.database.redone).toBe(0);
});

test('a secret that an older key sealed is sealed anew when its code was right, and counts on', async () => {
  const ada = await app.signedIn();
  const accountId = ada.accountId!;
  const authenticator = await enrol(app, ada);
  const text = await readFile(join(app.dataDir, 'secret.key'), 'utf8');
  const older = Buffer.from(text.trim(), 'base64');
  const sealer = new Sealer([randomBytes(32), older]);
  const totps = new Totps({ ...app.kernel, sealer }, app.get(SecondFactorTries));
  const code = authenticator.code();
  await app.unit(() => totps.prove(ada, accountId, code));
  const [row] = await app.unit(() =>
    app.kernel.database.query<{ sealed: Sealed }>(
      'select secret_sealed as sealed from totp where account_id = $1',
      [accountId],
    ),
  );
  expect(sealer.needsResealing(row!.sealed)).toBe(false);
  expect(sealer.open(row!.sealed, totpPurpose(accountId))).toBe(authenticator.secret);
  expect(await codeOf(app.unit(() => totps.prove(ada, accountId, code)))).toBe(
    'INVALID_CREDENTIALS',
  );
});
