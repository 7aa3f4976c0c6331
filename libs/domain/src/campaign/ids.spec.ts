import { expect, test } from '@jest/globals';
import { parseCampaignId, parseVdnId } from './ids.ts';

test.each([
  ['1', 1],
  ['9999', 9999],
  ['0046', 46],
  ['01', 1],
])('the VDN %s is %d', (text, id) => {
  expect(parseVdnId(text)).toBe(id);
});

test.each([
  ['1', 1],
  ['01', 1],
  ['9007199254740991', Number.MAX_SAFE_INTEGER],
])('the campaign %s is %d', (text, id) => {
  expect(parseCampaignId(text)).toBe(id);
});

test.each([
  ...['', ' ', 'x', '+', '-', '+1', '+01', '--1', '1.0', '1.', '1e0', '1e3', '0x1', '1_0', '1,0'],
  ...[' 1', '1 ', '\t1', '1\n', '１', '٣', '-0x1', '- 1', '%31', 'null', 'NaN', 'Infinity'],
])('%j is no integer: 02000006', (text) => {
  const params = { expected: 'integer' };
  expect(parseVdnId(text)).toEqual({ code: '02000006', place: 'vdnId', params });
  expect(parseCampaignId(text)).toEqual({ code: '02000006', place: 'campaignId', params });
});

test.each(['0', '-1', '-0', '10000', '9'.repeat(400)])('the VDN %s is out of range', (text) => {
  expect(parseVdnId(text)).toEqual({
    code: '02000007',
    place: 'vdnId',
    params: { min: 1, max: 9999 },
  });
});

test.each(['0', '-1', '9007199254740992', '9007199254740993', '9'.repeat(400)])(
  'the campaign %s is out of range',
  (text) => {
    expect(parseCampaignId(text)).toEqual({
      code: '02000007',
      place: 'campaignId',
      params: { min: 1, max: 9007199254740991 },
    });
  },
);
