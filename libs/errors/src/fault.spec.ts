import { describe as group, expect, test } from '@jest/globals';
import { DomainError } from './domain-error.ts';
import type { Fault } from './fault.ts';
import { describe, within } from './fault.ts';

const LONG: Fault = {
  code: '02000003',
  place: 'callDataList[3].called[0].calledNo',
  params: { max: 24 },
};

group('describe', () => {
  const rows: [Fault, string, string][] = [
    [
      LONG,
      'callDataList[3].called[0].calledNo: longer than 24 characters',
      'callDataList[3].called[0].calledNo: 长度超过 24 个字符',
    ],
    [{ code: '02000003' }, 'too long', '过长'],
    [{ code: '0200007' }, 'no such campaign in this VDN', '该 VDN 下没有此外呼活动'],
    [{ code: '0200000' }, 'create data succeeded', 'create data succeeded'],
    [
      { code: '02000006', place: 'priority', params: { expected: 'string' } },
      'priority: must be a string',
      'priority: 必须是字符串',
    ],
    [
      { code: '02000007', place: 'vdnId', params: { min: 1, max: 9999 } },
      'vdnId: must be a whole number from 1 to 9999',
      'vdnId: 必须是 1 到 9999 的整数',
    ],
    [
      { code: '02000007', place: 'state', params: { allowed: 'running, paused' } },
      'state: must be one of: running, paused',
      'state: 只能取以下值之一：running, paused',
    ],
    // Half of what a detail needs: the general text, and no gap.
    [{ code: '02000007', params: { min: 1 } }, 'a value that is not allowed', '取值不在允许范围内'],
    // A parameter is no template, and a member of Object.prototype no parameter.
    [
      { code: '0200001', params: { expected: '{max} $& toString' } },
      'must be {max} $& toString',
      '必须是{max} $& toString',
    ],
  ];
  test.each(rows)('%j', (fault, english, chinese) => {
    expect(describe(fault, 'en_US')).toBe(english);
    expect(describe(fault, 'zh_CN')).toBe(chinese);
  });

  test('says the same of a fault that was stored', () => {
    const stored = JSON.parse(JSON.stringify(LONG)) as Fault;
    expect(describe(stored, 'en_US')).toBe(describe(LONG, 'en_US'));
  });

  test('throws on a code that no registry knows', () => {
    expect(() => describe({ code: '0299999' as Fault['code'] }, 'en_US')).toThrow('0299999');
  });
});

group('within', () => {
  test('puts the outer place in front', () => {
    expect(within({ ...LONG, place: 'called[0].calledNo' }, 'callDataList[3]')).toEqual(LONG);
  });

  test('is the place where there was none', () => {
    expect(within({ code: '02000006' }, 'callDataList[0]')).toEqual({
      code: '02000006',
      place: 'callDataList[0]',
    });
  });
});

test('a DomainError carries its fault and speaks English', () => {
  const cause = new Error('below');
  const error = new DomainError(LONG, { cause });
  expect(error).toBeInstanceOf(Error);
  expect(error).toMatchObject({
    name: 'DomainError',
    message: 'callDataList[3].called[0].calledNo: longer than 24 characters',
    fault: LONG,
    cause,
  });
});
