import { describe, expect, it } from 'vitest';
import { Outbound } from './outbound.js';
import type { OutboundOptions } from './outbound.js';

const limits = { connect: 1_000, total: 1_500, answer: 65_536 };
const guard = (options: Partial<OutboundOptions> = {}) =>
  new Outbound({ allow: [], limits, ...options });
const post = { method: 'POST', body: '{}' } as const;
const said = (work: Promise<unknown>) =>
  work.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  );
const saying = (addresses: readonly string[]) => async () => addresses;

describe('an address is refused, at save and at every send,', () => {
  it.each([
    'https://127.0.0.1/',
    'https://127.1/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0.0.0.0/',
    'https://10.0.0.1/',
    'https://172.16.0.1/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://192.0.0.1/',
    'https://192.0.2.1/',
    'https://198.18.0.1/',
    'https://224.0.0.1/',
    'https://240.0.0.1/',
    'https://255.255.255.255/',
    'https://[::]/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[::ffff:0:127.0.0.1]/',
    'https://[64:ff9b::127.0.0.1]/',
    'https://[64:ff9b:1::a00:1]/',
    'https://[2002:7f00:1::1]/',
    'https://[2001:0:7f00:1::1]/',
    'https://[2001:db8::1]/',
    'https://[fe80::1]/',
    'https://[fec0::1]/',
    'https://[fd00::1]/',
    'https://[ff02::1]/',
    'https://[3fff::1]/',
    'https://localhost/',
    'https://localhost./',
    'https://LOCALHOST:8443/',
  ])('when it is %s', async (text) => {
    const url = new URL(text);
    expect(await said(guard().check(url))).toContain('OutboundRefused: ');
    expect(await said(guard().request(url, post))).toContain('private network');
  });

  it.each([
    ['http://1.1.1.1/', 'https://'],
    ['ftp://1.1.1.1/', 'https://'],
    ['file:///etc/passwd', 'https://'],
    ['https://ada:secret@1.1.1.1/', 'user name or password'],
    ['https://:secret@1.1.1.1/', 'user name or password'],
    ['https://1.1.1.1:25/', 'The port 25'],
    ['https://1.1.1.1:80/', 'The port 80'],
    ['https://[2606:4700:4700::1111]:22/', 'The port 22'],
  ])('when it is %s', async (text, reason) => {
    const resolve = saying(['1.1.1.1']);
    const url = new URL(text);
    expect(await said(guard({ resolve }).check(url))).toContain(reason);
    expect(await said(guard({ resolve }).request(url, post))).toContain('OutboundRefused: ');
  });

  it('when one of its addresses leads astray, whichever', async () => {
    const url = new URL('https://hooks.example.org/');
    for (const bad of ['127.0.0.1', '::1', '::ffff:10.0.0.1', 'fe80::1%eth0', 'nonsense', '']) {
      const resolve = saying(['93.184.215.14', bad]);
      expect(await said(guard({ resolve }).check(url)), bad).toContain('private network');
      expect(await said(guard({ resolve }).request(url, post)), bad).toContain('private network');
    }
  });

  it('and what it leads to is not told, since only this network knows it', async () => {
    const url = new URL('https://db.internal/');
    const resolve = saying(['10.1.2.3']);
    expect(await said(guard({ resolve }).check(url))).not.toContain('10.1.2.3');
    expect(await said(guard({ resolve }).request(url, post))).not.toContain('10.1.2.3');
  });
});

describe('an address is taken', () => {
  it.each([
    'https://1.1.1.1/',
    'https://1.1.1.1:8443/a?b=c#d',
    'https://[2606:4700:4700::1111]:443/',
  ])('when it is %s', async (text) => {
    await guard().check(new URL(text));
  });

  it('when its name is not known yet, or nobody can be asked: each send looks again', async () => {
    const url = new URL('https://soon.example.org/');
    await guard({ resolve: async () => Promise.reject(new Error('ENOTFOUND')) }).check(url);
    await guard({ resolve: () => new Promise(() => {}) }).check(url);
  });
});
