import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MAX_JSON_DEPTH, parseJson, parseJsonText } from './parse-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (depth: number, open = '[', close = ']') => open.repeat(depth) + close.repeat(depth);

describe('right', () => {
  test.each([
    ['{"called":[{"calledNo":"1"}]}', { called: [{ calledNo: '1' }] }],
    [' "text" ', 'text'],
    ['\ufeff{"a":"é中\u{1F4DE}"}', { a: 'é中\u{1F4DE}' }],
    ['{"a":1,"a":2}', { a: 2 }],
    ['null', null],
  ])('%j', (text, value) => {
    expect(parseJson(bytes(text))).toEqual({ value });
  });

  test('a lone surrogate behind an escape is for the rules over texts to refuse', () => {
    expect(parseJson(bytes('"\\ud83d"'))).toMatchObject({ value: '\ud83d' });
  });

  test('a member named __proto__ is an own one and changes no prototype', () => {
    const parsed = parseJson(bytes('{"__proto__":{"admin":true}}')) as { value: object };
    expect(Object.getPrototypeOf(parsed.value)).toBe(Object.prototype);
    expect(Object.keys(parsed.value)).toEqual(['__proto__']);
    expect('admin' in parsed.value).toBe(false);
  });

  test('a view into a larger buffer', () => {
    expect(parseJson(bytes('xx{"a":1}xx').subarray(2, 9))).toEqual({
      value: { a: 1 },
    });
  });
});

describe('02000008', () => {
  test.each([
    '',
    ' ',
    '{',
    '{"a":1',
    '{a:1}',
    "{'a':1}",
    '[1,]',
    '1 2',
    'NaN',
    '\ufeff\ufeff1',
    '"\u0001"',
  ])('not JSON: %j', (text) => {
    expect(parseJson(bytes(text))).toEqual({ code: '02000008', params: { expected: 'json' } });
  });

  test.each([
    ['a byte that begins nothing', [0x22, 0xff, 0x22]],
    ['a sequence cut short', [0x22, 0xe4, 0xb8, 0x22]],
    ['an overlong form', [0x22, 0xc0, 0xaf, 0x22]],
    ['a surrogate', [0x22, 0xed, 0xa0, 0xbd, 0x22]],
    ['UTF-16', [0xff, 0xfe, 0x31, 0x00]],
  ])('not UTF-8: %s', (_, octets) => {
    expect(parseJson(Uint8Array.from(octets))).toEqual({
      code: '02000008',
      params: { expected: 'utf8' },
    });
  });
});

describe('depth', () => {
  test.each([
    ['lists', nested(MAX_JSON_DEPTH)],
    ['objects', nested(MAX_JSON_DEPTH, '{"a":', '}').replace('}', '1}')],
    ['brackets in a string', JSON.stringify('[{'.repeat(5000))],
    ['brackets behind an escaped quote', JSON.stringify({ a: `"\\"${'['.repeat(100)}` })],
    ['many lists side by side', `[${Array.from({ length: 500 }, () => '[]').join()}]`],
  ])('%s are not too deep', (_, text) => {
    expect(parseJsonText(text)).toEqual({ value: JSON.parse(text) as unknown });
  });

  test.each([
    ['lists', nested(MAX_JSON_DEPTH + 1)],
    ['objects', nested(MAX_JSON_DEPTH + 1, '{"a":', '}').replace('}', '1}')],
    ['both', nested(33, '[{"a":', '}]').replace('}', '1}')],
    ['behind a string that ends in a backslash', `["\\\\",${nested(MAX_JSON_DEPTH)}]`],
    ['without an end', '['.repeat(16_000_000)],
  ])('%s are too deep', (_, text) => {
    expect(parseJsonText(text)).toEqual({
      code: '02000008',
      params: { maxDepth: MAX_JSON_DEPTH },
    });
  });

  test('is that of the deepest list or object', () => {
    const depthOf = (value: unknown): number =>
      typeof value === 'object' && value !== null
        ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
        : 0;
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), fc.integer({ min: 0, max: 9 }), (text, max) => {
        const value: unknown = JSON.parse(text);
        expect('value' in parseJsonText(text, max)).toBe(depthOf(value) <= max);
      }),
    );
  });
});
