import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Fault, ProblemFault } from '#errors';
import type { ListLimits } from './cut-list.ts';
import { MAX_VALUES } from './cut-list.ts';
import { MAX_JSON_DEPTH } from './parse-json.ts';
import { JsonBody, readJsonBody } from './read-json-body.ts';

const LIST: ListLimits = { member: 'list', maxItems: 1_000_000, maxItemBytes: 65_536 };

interface Reading {
  readonly list?: Partial<ListLimits> | null;
  readonly keep?: number;
}

/** What comes of a body, and in how many parts it was read. */
function read(
  body: string | Uint8Array,
  { list = {}, keep }: Reading = {},
): { readonly result: JsonBody | Fault | ProblemFault; readonly parts: number } {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const limits = list === null ? null : { ...LIST, ...list };
  const reading = readJsonBody(bytes, limits, keep);
  for (let parts = 1; ; parts++) {
    const { done, value } = reading.next();
    if (done === true) return { result: value, parts };
  }
}

function bodyOf(...args: Parameters<typeof read>): JsonBody {
  const { result } = read(...args);
  if (result instanceof JsonBody) return result;
  throw new Error(`it was not read: ${JSON.stringify(result)}`);
}

/** The items of the list, as they were written. */
function listOf(text: string): string[] {
  const body = bodyOf(text);
  const { list } = body.value as { list?: unknown };
  return Array.isArray(list) ? list.map((_, index) => body.itemText(index)) : [];
}

describe('cuts', () => {
  test.each([
    ['{"list":[]}', []],
    [' { "list" : [ \t\r\n ] } ', []],
    ['{"list":[1,"a",null,[],{}]}', ['1', '"a"', 'null', '[]', '{}']],
    ['{"list":[12345678901234567890.10,1e3,-0]}', ['12345678901234567890.10', '1e3', '-0']],
    ['{"list":[{"a":1,"a":2}]}', ['{"a":1,"a":2}']],
    ['{"list":[ { "a" : 1 } , 2 ]}', ['{ "a" : 1 }', '2']],
    ['{"list":[{\r\n"a":\n[1,\r2]}]}', ['{  "a": [1, 2]}']],
    ['{"list":["\\n","\\"]","[,{","\\\\",","]}', ['"\\n"', '"\\"]"', '"[,{"', '"\\\\"', '","']],
    ['{"list":["\u2028\u00a0"]}', ['"\u2028\u00a0"']],
    ['{"a":{"list":[1]},"list":[2],"b":[{"list":[3]}]}', ['2']],
    ['{"a":"\\"list\\":[1]","list":[2]}', ['2']],
    ['{"list":[1,2],"list":[3]}', ['3']],
    ['{"list":[1,2],"list":[]}', []],
    ['{"list":{"a":[1]},"list":[2]}', ['2']],
    ['{"list":[1],"list":null}', []],
    ['{"li\\u0073t":[1]}', ['1']],
    ['{"list":[1],"\\u006cist":[2]}', ['2']],
    ['{"list\\\\":[1],"\\"list":[2],"":[3],"List":[4]}', []],
    ['{"__proto__":{"list":[1]},"list":[{"__proto__":2}]}', ['{"__proto__":2}']],
    ['{}', []],
  ])('%j', (text, items) => {
    expect(listOf(text)).toEqual(items);
  });
});

/** JSON texts as they may be written: with space anywhere, escapes, numbers of any form, and names that are there twice. */
const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 });
const spaced = (word: fc.Arbitrary<string>) =>
  fc.tuple(space, word, space).map((parts) => parts.join(''));
const escaped = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
const string = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }).map((part) => JSON.stringify(part).slice(1, -1)),
      fc.constantFrom('\\"', '\\\\', '\\/', '\\n', '[', ']', '{', '}', ',', ':'),
      fc.constantFrom('"', '\\', 'l', '\0').map(escaped),
    ),
    { maxLength: 4 },
  )
  .map((parts) => `"${parts.join('')}"`);
const name = fc.oneof(
  string,
  fc.constantFrom('"list"', '"\\u006cist"', '"l\\u0069st"', '"__proto__"', '"constructor"', '"a"'),
);
const scalar = fc.oneof(
  string,
  fc.constantFrom('null', 'true', 'false', '0', '-0', '1e3', '1E+400', '0.10'),
  fc.bigInt().map(String),
);
const { value, list, object } = fc.letrec<{ value: string; list: string; object: string }>(
  (tie) => ({
    value: spaced(fc.oneof({ depthSize: 'small' }, scalar, tie('list'), tie('object'))),
    list: fc
      .oneof(space, fc.array(tie('value'), { minLength: 1, maxLength: 4 }).map(String))
      .map((items) => `[${items}]`),
    object: fc
      .oneof(
        space,
        fc
          .array(
            fc.tuple(spaced(name), tie('value')).map((member) => member.join(':')),
            { minLength: 1, maxLength: 4 },
          )
          .map(String),
      )
      .map((members) => `{${members}}`),
  }),
);
const jsonBody = spaced(
  fc
    .array(
      fc.tuple(spaced(name), fc.oneof(value, spaced(list))).map((member) => member.join(':')),
      {
        maxLength: 5,
      },
    )
    .map((members) => `{${members.length === 0 ? ' ' : members.join()}}`),
);

describe('for any text that JSON.parse takes', () => {
  test('the texts are those of the items, one a line', () => {
    fc.assert(
      fc.property(fc.oneof(jsonBody, spaced(object)), (text) => {
        const value: unknown = JSON.parse(text);
        expect(bodyOf(text).value).toEqual(value);
        const found = (value as { list?: unknown }).list;
        const texts = listOf(text);
        expect(texts.map((item) => JSON.parse(item) as unknown)).toEqual(
          Array.isArray(found) ? found : [],
        );
        for (const item of texts) {
          expect(item).not.toMatch(/[\r\n]/);
          expect(item).toBe(item.trim());
        }
      }),
      { numRuns: 500 },
    );
  });

  test('each is a part of it, but for the ends of lines', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), space, (items, rest) => {
        const text = `{"list":[${items.length === 0 ? rest : items.join()}]}`;
        expect(listOf(text)).toEqual(items.map((item) => item.trim().replaceAll(/[\r\n]/g, ' ')));
      }),
    );
  });
});

test('any text is JSON exactly if JSON.parse says so, and says the same', () => {
  const cut = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    length: fc.integer({ min: 0, max: 2 }),
    put: fc.constantFrom(
      '',
      '',
      '"',
      '[',
      ']',
      '{',
      '}',
      ',',
      ':',
      '\\',
      '1',
      ' ',
      '\u00a0',
      '\ufeff',
    ),
  });
  const outcomes = { read: 0, refused: 0 };
  fc.assert(
    fc.property(fc.oneof(jsonBody, value), fc.array(cut, { maxLength: 2 }), (text, cuts) => {
      let broken = text;
      for (const { at, length, put } of cuts) {
        const place = Math.floor(at * (broken.length + 1));
        broken = broken.slice(0, place) + put + broken.slice(place + length);
      }
      // Half a character is none in UTF-8, and a mark in front of a body is passed over.
      broken = broken.toWellFormed();
      if (broken.startsWith('\ufeff')) broken = ` ${broken}`;
      const { result } = read(broken);
      let expected: unknown;
      try {
        expected = { value: JSON.parse(broken) as unknown };
      } catch {
        expected = { code: '02000008', params: { expected: 'json' } };
      }
      outcomes[result instanceof JsonBody ? 'read' : 'refused']++;
      expect(result instanceof JsonBody ? { value: result.value } : result).toEqual(expected);
    }),
    { numRuns: 3_000 },
  );
  expect(Math.min(outcomes.read, outcomes.refused)).toBeGreaterThan(100);
});

describe('what is no body', () => {
  test.each<[what: string, body: string | Uint8Array, params: object]>([
    ['a list that is not closed', '{"list":[1', { expected: 'json' }],
    ['a long one that is not', `{"list":[${'1,'.repeat(60_000)}1`, { expected: 'json' }],
    ['an item that is none', '{"list":[1,]}', { expected: 'json' }],
    ['an item of two values', '{"list":[1 2]}', { expected: 'json' }],
    ['a mark in front of an item', '{"list":[\ufeff1]}', { expected: 'json' }],
    ['other space than JSON has', '{"list":[\u00a0]}', { expected: 'json' }],
    ['an item of the first of two lists', '{"list":[x],"list":[1]}', { expected: 'json' }],
    ['two bodies', '{"list":[1]}{"list":[1]}', { expected: 'json' }],
    ['a name that is broken', '{"l\\ist":[1]}', { expected: 'json' }],
    ['bytes that are no text', Uint8Array.of(0x7b, 0xff), { expected: 'utf8' }],
    ['lists without an end', '['.repeat(1_000_000), { maxDepth: MAX_JSON_DEPTH }],
    [
      'an item that is nested too deep',
      `{"list":[${'['.repeat(63)}${']'.repeat(63)}]}`,
      { maxDepth: MAX_JSON_DEPTH },
    ],
  ])('%s', (_what, body, params) => {
    expect(read(body).result).toEqual({ code: '02000008', params });
  });
});

describe('within limits', () => {
  test('as deep as is allowed', () => {
    const text = `{"list":[${'['.repeat(62)}${']'.repeat(62)}]}`;
    expect(bodyOf(text).value).toEqual(JSON.parse(text));
  });

  test('as many items as are allowed, and not one more', () => {
    const list = { maxItems: 3 };
    expect(bodyOf('{"list":[1,2,3]}', { list }).value).toEqual({ list: [1, 2, 3] });
    expect(read('{"list":[1,2,3,4]}', { list }).result).toEqual({
      problem: 'TOO_LARGE',
      params: { maxRecords: 3 },
    });
    expect(bodyOf('{"x":[1,2,3,4]}', { list }).value).toEqual({ x: [1, 2, 3, 4] });
  });

  test('items as long as is allowed, and not a byte longer, wherever they stand', () => {
    const list = { maxItemBytes: 10 };
    const most = '"üüüü"';
    const texts = [`{"list":[${most}]}`, `{"list":[1, \r\n\t${most}\n ,1]}`];
    for (const text of texts) {
      expect(bodyOf(text, { list }).value).toEqual(JSON.parse(text));
      expect(read(text.replace('"ü', '"1ü'), { list }).result).toEqual({
        problem: 'TOO_LARGE',
        place: text === texts[0] ? 'list[0]' : 'list[1]',
        params: { maxItemBytes: 10 },
      });
    }
  });

  test('values beside the list are limited, those within are not', () => {
    const many = (count: number): string => Array.from({ length: count }, () => '1').join();
    expect(bodyOf(`{"list":[${many(2 * MAX_VALUES)}]}`).value).toHaveProperty('list.99999', 1);
    const refused = { problem: 'TOO_LARGE', params: { maxValues: MAX_VALUES } };
    const beside = [
      `{"x":[${many(MAX_VALUES)}]}`,
      `[${many(MAX_VALUES + 1)}]`,
      `{"list":[${many(MAX_VALUES)}],"list":null}`,
      `{"list":[${many(MAX_VALUES)}],"list":[1]}`,
      `{"y":{"list":[${many(MAX_VALUES)}]},"list":[1]}`,
    ];
    for (const text of beside) expect(read(text).result).toEqual(refused);
    expect(read(`{"list":[${many(MAX_VALUES)}]}`, { list: null }).result).toEqual(refused);
    const few = `{"x":[${many(MAX_VALUES - 1)}]}`;
    expect(bodyOf(few).value).toEqual(JSON.parse(few));
  });

  test('values of an item are limited as well, wherever it stands', () => {
    const item = (count: number): string => `[${Array.from({ length: count }, () => '1').join()}]`;
    const most = `{"list":[1,${item(MAX_VALUES)}, ${item(MAX_VALUES)} ,1]}`;
    const list = { maxItemBytes: Infinity };
    expect(bodyOf(most, { list }).value).toEqual(JSON.parse(most));
    for (const [index, items] of [item(MAX_VALUES + 1), `1,${item(MAX_VALUES + 1)},1`].entries()) {
      expect(read(`{"list":[${items}]}`, { list }).result).toEqual({
        problem: 'TOO_LARGE',
        place: `list[${index}]`,
        params: { maxItemValues: MAX_VALUES },
      });
    }
  });

  test('items behind those that are kept are looked at, and dropped', () => {
    expect(bodyOf('{"list":[1,2,3]}', { keep: 2 }).value).toEqual({ list: [1, 2] });
    expect(read('{"list":[1,2,x]}', { keep: 2 }).result).toMatchObject({ code: '02000008' });
  });
});

test('a long body is read in parts, a short one in one', () => {
  const item = `{"called":[{"calledNo":"${'1'.repeat(24)}"}]}`;
  const long = `{"list":[${Array.from({ length: 40_000 }, () => item).join()}]}`;
  expect(read(long).parts).toBeGreaterThan(long.length / 65_536);
  expect(read(`{"list":[${'1,'.repeat(20_000)}1]}`).parts).toBeGreaterThan(10);
  expect(read(`{"x":"${'x'.repeat(1_000_000)}","y":[]}`, { list: null }).parts).toBeGreaterThan(1);
  expect(read(`{"list":[${item}]}`).parts).toBe(1);
});
