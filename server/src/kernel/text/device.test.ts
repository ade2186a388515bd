import { describe, expect, test } from 'vitest';
import { deviceOf } from './device.js';

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const edge =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0';

describe('what a browser says it is', () => {
  test.each([
    [firefox, 'Firefox 128', 'Windows 10', 'Desktop'],
    [edge, 'Microsoft Edge 126', 'Windows 10', 'Desktop'],
    ['backup-tool/2.1 (+cron)', 'backup-tool 2', null, null],
  ])('is read: %s', (userAgent, browser, os, device) => {
    expect(deviceOf(userAgent)).toEqual({ browser, os, device });
  });

  test.each([
    'Your account was suspended. Call +1 555 0100 now/1.0 (x',
    'Write to help at evil.example/2 now',
    'https://evil.example/login/99 (x)',
    `${'x'.repeat(5_000)}/1 (y`,
    'Chi\u00a0ama chiami lo 06 1234/1 (x)',
  ])('is no letter to the owner of the account: %s', (userAgent) => {
    expect(deviceOf(userAgent).browser).toBeNull();
  });

  test('has a version of few digits', () => {
    expect(deviceOf(`tool/${'9'.repeat(300)} (x)`).browser).toBe('tool');
    expect(deviceOf('tool/call-me (x)').browser).toBe('tool');
  });
});
