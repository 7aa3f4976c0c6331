import { expect, test } from '@jest/globals';
import { CODE } from '#errors';
import { NumberColumns } from './number-columns.ts';

test.each<[header: string[], fields: string[], record: object]>([
  [['number'], ['110'], { number: '110' }],
  [['number', 'expiresAt'], ['110'], { number: '110' }],
  [['number', 'expiresAt'], ['110', ''], { number: '110' }],
  [[' expiresAt ', 'number'], ['soon', '110'], { number: '110', expiresAt: 'soon' }],
  [['number', '', ''], ['110', '', '', ''], { number: '110' }],
  [['number'], [''], {}],
])('%j: %j', (header, fields, record) => {
  const columns = NumberColumns.read(header);
  expect(columns).toBeInstanceOf(NumberColumns);
  expect((columns as NumberColumns).toRecord(fields)).toEqual({ record });
});

test.each<[header: string[], reason: string, place: string | null]>([
  [[''], 'csvNoNumberColumn', null],
  [['expiresAt'], 'csvNoNumberColumn', null],
  [['13800000002'], 'csvOtherColumn', 'column 1'],
  [['number', 'expires'], 'csvOtherColumn', 'column 2'],
  [['number', 'Number'], 'csvOtherColumn', 'column 2'],
  [['number', '', 'number'], 'csvDoubledColumn', 'column 3'],
])('%j is no header', (header, reason, place) => {
  expect(NumberColumns.read(header)).toEqual({
    problem: 'BROKEN_CONTAINER',
    params: { reason },
    ...(place === null ? {} : { place }),
  });
});

test('a field that belongs to no column', () => {
  const columns = NumberColumns.read(['number', '']) as NumberColumns;
  for (const [fields, place] of [
    [['1', 'x'], 'field 2'],
    [['1', '', 'x'], 'field 3'],
  ] as const) {
    expect(columns.toRecord(fields)).toEqual({
      code: CODE.NOT_CONVERTIBLE,
      place,
      params: { reason: 'csvNoColumn' },
    });
  }
});
