import { expect, test } from '@jest/globals';
import { parseLocale } from './locale.ts';

test.each([
  ['zh_CN', 'zh_CN', 'zh_CN'],
  ['en_US', 'en_US', 'en_US'],
  [undefined, 'zh_CN', 'en_US'],
  ['', 'zh_CN', 'en_US'],
  ['en', 'zh_CN', 'en_US'],
  ['en-US', 'zh_CN', 'en_US'],
  ['EN_us', 'zh_CN', 'en_US'],
  ['fr_FR', 'zh_CN', 'en_US'],
  [['en_US'], 'zh_CN', 'en_US'],
  ['en_US, zh_CN', 'zh_CN', 'en_US'],
])('%j is %s on the compatible face and %s on the native one', (header, compatible, native) => {
  expect(parseLocale(header, 'zh_CN')).toBe(compatible);
  expect(parseLocale(header, 'en_US')).toBe(native);
});
