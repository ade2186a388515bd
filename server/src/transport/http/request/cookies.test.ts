import { describe, expect, it } from 'vitest';
import { clearedCookie, readCookie, sessionCookie, sessionCookieName } from './cookies.js';

const https = { publicUrl: 'https://account.example' };
const http = { publicUrl: 'http://localhost:3000' };

describe('the session cookie', () => {
  it('is bound to its host on https, and has another name on plain http', () => {
    expect(sessionCookie(https, 'abc', 60)).toBe(
      '__Host-gatehouse=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60',
    );
    expect(sessionCookie(http, 'abc', 60)).toBe(
      'gatehouse=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60',
    );
  });

  it('of somebody who is not to be remembered ends with the browser', () => {
    expect(sessionCookie(https, 'abc', null)).not.toContain('Max-Age');
  });

  it('is cleared under the same name and attributes', () => {
    expect(clearedCookie(https)).toBe(
      '__Host-gatehouse=; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=0',
    );
  });

  it.each(['', 'a;b', 'a b', 'a\r\nSet-Cookie: x', 'a,b', 'ä'])('never holds %j', (secret) => {
    expect(() => sessionCookie(https, secret, 60)).toThrow(TypeError);
  });
});

describe('a Cookie header', () => {
  const name = sessionCookieName(http);

  it.each([
    ['gatehouse=abc', 'abc'],
    ['a=b; gatehouse=abc;c=d', 'abc'],
    ['gatehouse = abc ', 'abc'],
    ['gatehouse=a=b', 'a=b'],
  ])('%j has the session', (header, value) => {
    expect(readCookie(header, name)).toBe(value);
  });

  it.each([
    undefined,
    '',
    'gatehouse',
    'gatehouse=',
    'Gatehouse=abc',
    '__Host-gatehouse=abc',
    'xgatehouse=abc',
    'a="gatehouse=abc"',
  ])('%j has none', (header) => {
    expect(readCookie(header, name)).toBeNull();
  });

  it('with two of the name has none, whichever was planted', () => {
    expect(readCookie('gatehouse=a; gatehouse=b', name)).toBeNull();
    expect(readCookie('gatehouse=a; gatehouse=a', name)).toBeNull();
  });
});
