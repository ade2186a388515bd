import { generateSecret, generateURI, verifySync } from 'otplib';
import { renderSVG } from 'uqr';

/** RFC 6238 §4: SHA-1, six digits, 30 seconds; what every authenticator app understands. */
const scheme = { algorithm: 'sha1', digits: 6, period: 30 } as const;

/** 160 bits in base32, as RFC 4226 §4 R6 recommends. */
export function newTotpSecret(): string {
  return generateSecret({ length: 20 });
}

/**
 * The step whose code was typed, of the present one, the one before and the one after (RFC 6238
 * §5.2 and §6); null when it is none of theirs. Says nothing about whether the step was used.
 */
export function stepOf(secret: string, typed: string, now: Date): number | null {
  const token = typed.normalize('NFKC').replace(/\s/g, '');
  if (!/^[0-9]{6}$/.test(token)) return null;
  const epoch = Math.floor(now.getTime() / 1000);
  const result = verifySync({ ...scheme, secret, token, epoch, epochTolerance: scheme.period });
  return result.valid && 'timeStep' in result ? result.timeStep : null;
}

/** The otpauth URI of Google's key URI format, which allows no colon in a name. */
export function totpUri(secret: string, siteName: string, username: string): string {
  const issuer = siteName.replaceAll(':', ' ');
  return generateURI({ ...scheme, secret, issuer, label: username });
}

/** Black on white with the quiet zone of ISO/IEC 18004, four modules, so that dark pages do not matter. */
export function qrSvg(text: string): string {
  return renderSVG(text, { ecc: 'M', border: 4, pixelSize: 1 });
}
