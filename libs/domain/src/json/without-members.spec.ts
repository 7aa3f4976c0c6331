import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { withoutMembers } from './without-members.ts';

const cut = (text: string): string => withoutMembers(text, new Set(['id', 'até']));

describe('leaves out', () => {
  test.each([
    ['{}', '{}'],
    [' { } ', ' { } '],
    ['{"a":1}', '{"a":1}'],
    ['{"id":1}', '{}'],
    ['{"id":1,"a":2}', '{"a":2}'],
    ['{"a":2,"id":1}', '{"a":2}'],
    ['{"a":1,"id":[1,{"a":"}"}],"b":2}', '{"a":1,"b":2}'],
    ['{"id":1,"a":1,"id":2,"id":"\\"}"}', '{"a":1}'],
    ['{"a":1.50,"a":1e3,"id":0}', '{"a":1.50,"a":1e3}'],
    [' {\t"a" : 1 , "id"\n: 2 , "b" : 3 } ', ' {\t"a" : 1 , "b" : 3 } '],
    ['{"\\u0069d":1,"at\\u00e9":2,"a":3}', '{"a":3}'],
    [
      '{"a":"id","b":["id",{"id":1}],"Id":2,"id ":3}',
      '{"a":"id","b":["id",{"id":1}],"Id":2,"id ":3}',
    ],
    ['{"\\\\id":1,"\\"id":2}', '{"\\\\id":1,"\\"id":2}'],
    ['{"__proto__":1,"id":2}', '{"__proto__":1}'],
    ['{"":1,"id":2}', '{"":1}'],
  ])('%j', (text, expected) => {
    expect(cut(text)).toBe(expected);
  });
});

test('what is left says what it said, and nothing else is said', () => {
  const value = fc.oneof(
    fc.json({ maxDepth: 2 }),
    fc.constantFrom('"id"', '"}"', '"\\\\"', '{"id":1}'),
  );
  const name = fc.oneof(
    fc.string().map((text) => JSON.stringify(text)),
    fc.constantFrom('"id"', '"i\\u0064"', '"a"', '"\\\\"', '"__proto__"'),
  );
  const space = fc.constantFrom('', ' ', '\n\t');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, value)), space, (members, gap) => {
      const write = (list: readonly (readonly [string, string])[]): string =>
        `{${list.map((member) => gap + member.join(`${gap}:${gap}`) + gap).join(',')}}`;
      const others = members.filter(([written]) => JSON.parse(written) !== 'id');
      expect(withoutMembers(write(members), new Set(['id']))).toBe(write(others));
    }),
  );
});
