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
  readonly code: string;
  /** How many such records are in the sample. */
  readonly count: number;
  /** The line that becomes of a valid record. */
  readonly spoil: (record: SampleRecord, spoiling: Spoiling) => string | Buffer;
}

/** Records with other values than the interface allows. */
type Loose = Record<string, unknown>;

const invalid = (
  code: string,
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
    code: '0200018',
    count: 60,
    spoil: (_, { earlier }) => JSON.stringify(earlier),
  },
  {
    what: 'the second number stood under this session before',
    outcome: 'duplicate',
    code: '0200018',
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
    code: '0200024',
    count: 70,
    spoil: (record, { blocked }) => butNumber(record, { calledNo: blocked, type: 'mobile' }),
  },
  {
    what: 'the second number is on the blocklist',
    outcome: 'blocklisted',
    code: '0200024',
    count: 30,
    spoil: (record, { blocked }) =>
      but(record, {
        called: [record.called[0], { calledNo: blocked, delayTime: '30', type: 'mobile' }],
      }),
  },
  invalid('0200030', 10, 'a date that there is not', (record) =>
    but(record, { recycleTime: '2099-02-30 18:00:00' }),
  ),
  invalid('0200030', 9, 'a date in the form of another country', (record) =>
    but(record, { recycleTime: '31/12/2099 18:00' }),
  ),
  invalid('02000001', 14, 'no numbers', (record) => but(record, { called: undefined })),
  invalid('02000001', 8, 'an empty list of numbers', (record) => but(record, { called: [] })),
  invalid('02000001', 9, 'an empty number', (record) => butNumber(record, { calledNo: '' })),
  invalid('02000002', 12, 'letters in a number', (record) =>
    butNumber(record, { calledNo: '1202555CALL' }),
  ),
  invalid('02000002', 16, 'a number written for the eye', (record) =>
    butNumber(record, { calledNo: '+1 (202) 555-0143' }),
  ),
  invalid('02000002', 11, 'special characters in the custom field', (record) =>
    but(record, { customField: 'VIP; do not call before 10:00' }),
  ),
  invalid('02000003', 7, 'two numbers run into one', (record) =>
    butNumber(record, { calledNo: '0044770090012300447700900124' }),
  ),
  invalid('02000003', 4, 'a custom field that is too long', (record) =>
    but(record, { customField: 'Called several times and never reached '.repeat(6).trim() }),
  ),
  invalid('02000003', 3, 'call data that are too long', (record) =>
    but(record, {
      callData: JSON.stringify({ notes: 'See the letter of last week. '.repeat(40) }),
    }),
  ),
  invalid('02000004', 8, 'a number that is too short', (record) =>
    butNumber(record, { calledNo: '5550' }),
  ),
  invalid('02000006', 15, 'a priority that is no text', (record) => but(record, { priority: 2 })),
  invalid('02000006', 6, 'a number in place of the list', (record) =>
    but(record, { called: record.called[0].calledNo }),
  ),
  invalid('02000006', 3, 'a row of a table in place of a record', (record) =>
    JSON.stringify([record.sessionId ?? '', record.called[0].calledNo, '3']),
  ),
  invalid('02000007', 13, 'a priority that there is not', (record) =>
    but(record, { priority: '9' }),
  ),
  invalid('02000007', 6, 'a delay of more than a day', (record) =>
    butNumber(record, { delayTime: '90000' }),
  ),
  invalid('02000008', 12, 'a line that was cut off', (record) => {
    const line = JSON.stringify(record);
    return line.slice(0, Math.floor(line.length * 0.6));
  }),
  invalid('02000008', 5, 'a line in Latin 1', (record) =>
    Buffer.from(but(record, { callData: '{"fullName":"Zoë Müller"}' }), 'latin1'),
  ),
  invalid('02000008', 7, 'call data that are not JSON', (record) =>
    but(record, { callData: 'fullName=Smith&language=en' }),
  ),
  invalid('02000009', 9, 'a number without its type', (record) =>
    butNumber(record, { type: undefined }),
  ),
  invalid('02000010', 6, 'an hour without its minute', (record) =>
    but(record, { recycleTime: '2099-06-30 18' }),
  ),
  invalid('02000011', 5, 'more numbers than the campaign takes', (record) =>
    but(record, { called: Array.from({ length: 6 }, () => record.called[0]) }),
  ),
];
