import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { itemTexts } from './item-texts.ts';

const listOf = (text: string): string[] => Array.from(itemTexts(text, 'list'));

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
const body = spaced(
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
      fc.property(fc.oneof(body, spaced(object)), (text) => {
        const found = (JSON.parse(text) as { list?: unknown }).list;
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
