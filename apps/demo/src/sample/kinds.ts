import type { Code } from '#errors';
import { CODE } from '#errors';
import type { SampleRecord } from './record.ts';

/** What a record is spoiled with. */
export interface Spoiling {
  /** An earlier record of the sample that is valid. */
  readonly earlier: SampleRecord;
  /** A number of the blocklist. */
  readonly blocked: string;
}

/** One way in which records of the sample are not admitted. */
export interface Kind {
  readonly what: string;
  readonly outcome: 'invalid' | 'duplicate' | 'blocklisted';
  /** The interface's code for it (its Table 9). */
  readonly code: Code;
  /** How many such records are in the sample. */
  readonly count: number;
  /** The line that becomes of a valid record. */
  readonly spoil: (record: SampleRecord, spoiling: Spoiling) => string | Buffer;
}

/** Records with other values than the interface allows. */
type Loose = Record<string, unknown>;

const invalid = (
  code: Code,
  count: number,
  what: string,
  spoil: (record: SampleRecord) => string | Buffer,
): Kind => ({ what, outcome: 'invalid', code, count, spoil });

/** The record with other members. */
const but = (record: SampleRecord, changes: Loose): string =>
  JSON.stringify({ ...record, ...changes });

/** The record with another first number. */
const butNumber = (record: SampleRecord, changes: Loose): string => {
  const [first, ...others] = record.called;
  return but(record, { called: [{ ...first, ...changes }, ...others] });
};

/** All of them, with the rules of the demo's campaign: types and JSON call data required, 7 digits, 5 numbers. */
export const KINDS: readonly Kind[] = [
  {
    what: 'the same record again',
    outcome: 'duplicate',
    code: CODE.DUPLICATE_NUMBER,
    count: 60,
    spoil: (_, { earlier }) => JSON.stringify(earlier),
  },
  {
    what: 'the second number stood under this session before',
    outcome: 'duplicate',
    code: CODE.DUPLICATE_NUMBER,
    count: 20,
    spoil: (record, { earlier }) =>
      but(record, {
        sessionId: earlier.sessionId,
        called: [record.called[0], { ...earlier.called[0], delayTime: '30' }],
      }),
  },
  {
    what: 'the first number is on the blocklist',
    outcome: 'blocklisted',
    code: CODE.BLOCKLISTED,
    count: 70,
    spoil: (record, { blocked }) => butNumber(record, { calledNo: blocked, type: 'mobile' }),
  },
  {
    what: 'the second number is on the blocklist',
    outcome: 'blocklisted',
    code: CODE.BLOCKLISTED,
    count: 30,
    spoil: (record, { blocked }) =>
      but(record, {
        called: [record.called[0], { calledNo: blocked, delayTime: '30', type: 'mobile' }],
      }),
  },
  invalid(CODE.TIME_FORMAT, 10, 'a date that there is not', (record) =>
    but(record, { recycleTime: '2099-02-30 18:00:00' }),
  ),
  invalid(CODE.TIME_FORMAT, 9, 'a date in the form of another country', (record) =>
    but(record, { recycleTime: '31/12/2099 18:00' }),
  ),
  invalid(CODE.MISSING, 14, 'no numbers', (record) => but(record, { called: undefined })),
  invalid(CODE.MISSING, 8, 'an empty list of numbers', (record) => but(record, { called: [] })),
  invalid(CODE.MISSING, 9, 'an empty number', (record) => butNumber(record, { calledNo: '' })),
  invalid(CODE.INVALID_CHARACTERS, 12, 'letters in a number', (record) =>
    butNumber(record, { calledNo: '1202555CALL' }),
  ),
  invalid(CODE.INVALID_CHARACTERS, 16, 'a number written for the eye', (record) =>
    butNumber(record, { calledNo: '+1 (202) 555-0143' }),
  ),
  invalid(CODE.INVALID_CHARACTERS, 11, 'special characters in the custom field', (record) =>
    but(record, { customField: 'VIP; do not call before 10:00' }),
  ),
  invalid(CODE.TOO_LONG, 7, 'two numbers run into one', (record) =>
    butNumber(record, { calledNo: '0044770090012300447700900124' }),
  ),
  invalid(CODE.TOO_LONG, 4, 'a custom field that is too long', (record) =>
    but(record, { customField: 'Called several times and never reached '.repeat(6).trim() }),
  ),
  invalid(CODE.TOO_LONG, 3, 'call data that are too long', (record) =>
    but(record, {
      callData: JSON.stringify({ notes: 'See the letter of last week. '.repeat(40) }),
    }),
  ),
  invalid(CODE.TOO_SHORT, 8, 'a number that is too short', (record) =>
    butNumber(record, { calledNo: '5550' }),
  ),
  invalid(CODE.WRONG_TYPE, 15, 'a priority that is no text', (record) =>
    but(record, { priority: 2 }),
  ),
  invalid(CODE.WRONG_TYPE, 6, 'a number in place of the list', (record) =>
    but(record, { called: record.called[0].calledNo }),
  ),
  invalid(CODE.WRONG_TYPE, 3, 'a row of a table in place of a record', (record) =>
    JSON.stringify([record.sessionId ?? '', record.called[0].calledNo, '3']),
  ),
  invalid(CODE.WRONG_VALUE, 13, 'a priority that there is not', (record) =>
    but(record, { priority: '9' }),
  ),
  invalid(CODE.WRONG_VALUE, 6, 'a delay of more than a day', (record) =>
    butNumber(record, { delayTime: '90000' }),
  ),
  invalid(CODE.NOT_CONVERTIBLE, 12, 'a line that was cut off', (record) => {
    const line = JSON.stringify(record);
    return line.slice(0, Math.floor(line.length * 0.6));
  }),
  invalid(CODE.NOT_CONVERTIBLE, 5, 'a line in Latin 1', (record) =>
    Buffer.from(but(record, { callData: '{"fullName":"Zoë Müller"}' }), 'latin1'),
  ),
  invalid(CODE.NOT_CONVERTIBLE, 7, 'call data that are not JSON', (record) =>
    but(record, { callData: 'fullName=Smith&language=en' }),
  ),
  invalid(CODE.WRONG_COMBINATION, 9, 'a number without its type', (record) =>
    butNumber(record, { type: undefined }),
  ),
  invalid(CODE.HOUR_WITHOUT_MINUTE, 6, 'an hour without its minute', (record) =>
    but(record, { recycleTime: '2099-06-30 18' }),
  ),
  invalid(CODE.TOO_MANY_ITEMS, 5, 'more numbers than the campaign takes', (record) =>
    but(record, { called: Array.from({ length: 6 }, () => record.called[0]) }),
  ),
];
