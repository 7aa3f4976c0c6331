import { expect, test } from '@jest/globals';
import { readRecord } from './read-record.ts';

test('takes what the database keeps in columns', () => {
  const record = {
    sessionId: '123456789',
    called: [{ calledNo: '88888888', type: 'SI' }, { calledNo: '*99#' }],
    recycleTime: '2027-01-31 10:00:00',
    priority: '1',
  };
  expect(readRecord(record, 'Asia/Shanghai')).toEqual({
    sessionId: '123456789',
    numbers: ['88888888', '*99#'],
    priority: 1,
    recycleAt: '2027-01-31T02:00:00Z',
  });
});

test.each([undefined, null, ''])('%j is absent in every optional member', (value) => {
  const called = [{ calledNo: '1' }];
  expect(readRecord({ sessionId: value, called, recycleTime: value, priority: value })).toEqual({
    sessionId: null,
    numbers: ['1'],
    priority: 3,
    recycleAt: null,
  });
});
