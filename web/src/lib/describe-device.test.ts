import { expect, test } from 'vitest'
import { describeDevice, isPhone } from './describe-device.ts'

const mozilla = 'Mozilla/5.0'
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)'

test.each([
  [`${mozilla} (Windows NT 10.0) ${webkit} Chrome/126.0 Safari/537.36`, 'Chrome on Windows', false],
  [
    `${mozilla} (Windows NT 10.0) ${webkit} Chrome/126 Safari/537 Edg/126`,
    'Edge on Windows',
    false,
  ],
  [
    `${mozilla} (Macintosh; Mac OS X 10_15) ${webkit} Version/17 Safari/605`,
    'Safari on Mac',
    false,
  ],
  [
    `${mozilla} (iPhone; Mac OS X) ${webkit} Version/17 Mobile Safari/604`,
    'Safari on iPhone',
    true,
  ],
  [`${mozilla} (Android 14; Mobile; rv:127.0) Firefox/127.0`, 'Firefox on Android', true],
  ['curl/8.5.0', 'curl', false],
  ['something else', 'Unknown device', false],
  [null, 'Unknown device', false],
])('%s is %s', (userAgent, words, phone) => {
  expect(describeDevice(userAgent)).toBe(words)
  expect(isPhone(userAgent)).toBe(phone)
})
