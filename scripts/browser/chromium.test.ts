import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { findChromium } from './chromium.ts';

const has =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path);

test('takes the one that it is told, and no other', () => {
  const env = { CHROMIUM_PATH: '/opt/chrome', PATH: '/usr/bin' };
  expect(findChromium(env, 'linux', has('/opt/chrome', '/usr/bin/chromium'))).toBe('/opt/chrome');
  expect(() => findChromium(env, 'linux', has('/usr/bin/chromium'))).toThrow(
    'CHROMIUM_PATH names no file. Received: /opt/chrome.',
  );
});

test.skipIf(process.platform === 'win32')('looks along the PATH', () => {
  const env = { PATH: ['/bin', '/usr/bin'].join(delimiter) };
  expect(findChromium(env, 'linux', has('/usr/bin/google-chrome'))).toBe('/usr/bin/google-chrome');
  expect(findChromium(env, 'linux', has())).toBeUndefined();
});

test('looks where macOS and Windows have it', () => {
  const mac = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  expect(findChromium({}, 'darwin', has(mac))).toBe(mac);
  const windows = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
  expect(findChromium({ PROGRAMFILES: 'C:\\Program Files' }, 'win32', has(windows))).toBe(windows);
});
