import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checkRecordForm } from '../record/check-record.ts';
import { DEFAULT_RECORD_LIMITS } from '../record/limits.ts';
import { CsvColumns, MAX_CSV_COLUMNS } from './csv-columns.ts';

function columns(...header: string[]): CsvColumns {
  const read = CsvColumns.read(header);
  if ('problem' in read) throw new Error('the test made a header that is none');
  return read;
}

function recordOf(header: string[], ...fields: string[]): unknown {
  const read = columns(...header).toRecord(fields);
  // Through JSON, as it is stored: own members only.
  return 'record' in read ? JSON.parse(JSON.stringify(read.record)) : read;
}

describe('a header', () => {
  test.each<[what: string, header: string[], problem: object]>([
    ['without calledNo', ['sessionId', 'CalledNo', 'calledNo2'], { reason: 'csvNoNumber' }],
    ['of nothing', [''], { reason: 'csvNoNumber' }],
    [
      'of more columns than there may be',
      Array.from({ length: MAX_CSV_COLUMNS + 1 }, (_, index) => `calledNo${index || ''}`),
      { maxColumns: MAX_CSV_COLUMNS },
    ],
  ])('%s is none', (_what, header, params) => {
    expect(CsvColumns.read(header)).toEqual({ problem: 'BROKEN_CONTAINER', params });
  });

  test.each([
    [['calledNo', 'calledNo']],
    [['calledNo', ' calledNo ']],
    [['type12', 'calledNo', 'type12']],
    [['', 'x', 'calledNo', '', 'x']],
    [['called', 'calledNo', 'calledColumn']],
  ])('%j names a column twice', (header) => {
    expect(CsvColumns.read(header)).toEqual({
      problem: 'BROKEN_CONTAINER',
      place: `column ${header.length === 2 ? 2 : header.length}`,
      params: { reason: 'csvDoubledColumn' },
    });
  });

  test('may have as many columns as there may be', () => {
    const header = Array.from({ length: MAX_CSV_COLUMNS }, (_, index) => `calledNo${index || ''}`);
    expect(CsvColumns.read(header)).toBeInstanceOf(CsvColumns);
  });
});

describe('a row as a record', () => {
  test('has every member of the interface', () => {
    expect(
      recordOf(
        'sessionId,calledNo,delayTime,type,caller,customField,recycleTime,callData,priority'.split(
          ',',
        ),
        ...['s', '1', '0', 'SI', '2', 'f', '2027-01-31 10:00:00', '{"a":1}', '5'],
      ),
    ).toEqual({
      sessionId: 's',
      called: [{ calledNo: '1', delayTime: '0', type: 'SI' }],
      caller: '2',
      customField: 'f',
      recycleTime: '2027-01-31 10:00:00',
      callData: '{"a":1}',
      priority: '5',
    });
  });

  const NUMBERS = ['type3', 'calledNo', 'calledNo2', 'delayTime2', 'calledNo3'];
  const ONE = { calledNo: '1' };

  test.each<[what: string, fields: string[], called: object[]]>([
    ['no number', [], []],
    ['one', ['', '1'], [ONE]],
    ['trailing ones that are empty', ['', '1', '', '', ''], [ONE]],
    [
      'three',
      ['b', '1', '2', '9', '3'],
      [ONE, { calledNo: '2', delayTime: '9' }, { calledNo: '3', type: 'b' }],
    ],
    ['one within that is empty', ['', '1', '', '', '3'], [ONE, {}, { calledNo: '3' }]],
    ['a first one that is empty', ['', '', '2'], [{}, { calledNo: '2' }]],
    ['a type without a number', ['b', '1'], [ONE, {}, { type: 'b' }]],
  ])('has %s', (_what, fields, called) => {
    expect(recordOf(NUMBERS, ...fields)).toEqual({ called });
  });

  test('an inner number that is empty is missing', () => {
    const read = columns('calledNo', 'calledNo2').toRecord(['', '2']);
    expect('record' in read && checkRecordForm(read.record, DEFAULT_RECORD_LIMITS)).toEqual({
      code: '02000001',
      place: 'called[0].calledNo',
    });
  });

  test('has columns of other names as members, whatever the names', () => {
    const header = ['__proto__', 'constructor', 'called', 'calledNo', 'calledNo1', 'calledNo02'];
    const more = ['calledNo1000', 'Priority', 'toString', '城市'];
    const read = columns(...header, ...more).toRecord(
      ['p', 'c', 'l', '1', 'x', 'y'].concat(['z', '9', 's', '上海']),
    );
    const text = JSON.stringify('record' in read && read.record);
    expect(text).toBe(
      '{"__proto__":"p","constructor":"c","calledColumn":"l","calledNo1":"x","calledNo02":"y","calledNo1000":"z","Priority":"9","toString":"s","城市":"上海","called":[{"calledNo":"1"}]}',
    );
    expect(({} as Record<string, unknown>).p).toBeUndefined();
  });

  test('may end early, and have empty fields beyond its header', () => {
    expect(recordOf(['calledNo', 'caller'], '1')).toEqual({ called: [{ calledNo: '1' }] });
    expect(recordOf(['calledNo', ''], '1', '', '', '')).toEqual({ called: [{ calledNo: '1' }] });
  });

  test.each([
    [['calledNo'], ['1', '', 'x'], 'field 3'],
    [['calledNo', '', 'caller'], ['1', 'x', ''], 'field 2'],
  ])('of the header %j has no place for all of %j', (header, fields, place) => {
    expect(recordOf(header, ...fields)).toEqual({
      code: '02000008',
      place,
      params: { reason: 'csvNoColumn' },
    });
  });
});

test('a record goes back into the fields that it came from', () => {
  const names = fc.constantFrom(
    ...['sessionId', 'delayTime', 'type', 'caller', 'callData', 'priority', 'calledNo2', 'type2'],
    ...['type3', '__proto__', 'called', 'constructor', 'toString', 'x', ' y ', ''],
  );
  const header = fc
    .uniqueArray(names, { maxLength: 12 })
    .chain((list) => fc.shuffledSubarray(['calledNo', ...list], { minLength: list.length + 1 }));
  const field = fc.oneof(fc.constant(''), fc.string());
  fc.assert(
    fc.property(header, fc.array(field, { maxLength: 20 }), (list, fields) => {
      const read = columns(...list).toRecord(fields);
      if (!('record' in read)) return;
      const kept = JSON.parse(JSON.stringify(read.record)) as Record<string, unknown>;
      const last = fields.findLastIndex((value) => value !== '');
      expect(columns(...list).toFields(kept)).toEqual(fields.slice(0, last + 1));
    }),
  );
});
