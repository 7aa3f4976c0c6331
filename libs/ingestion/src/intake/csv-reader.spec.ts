import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_RECORD_LIMITS } from '#domain';
import { ProblemError } from '#errors';
import { CsvReader } from './csv-reader.ts';
import { RecordSorter } from './record-sorter.ts';

interface Taken {
  readonly header: string;
  /** By their lines: the valid ones as JSON, the others as code and bytes. */
  readonly records: readonly unknown[];
}

/** Reads a body that comes in pieces of these sizes, over and over. */
async function read(
  body: string | Buffer,
  sizes: readonly number[] = [65_536],
  maxLineBytes = 1_000,
): Promise<Taken> {
  const bytes = Buffer.from(body);
  const sorter = new RecordSorter({
    limits: DEFAULT_RECORD_LIMITS,
    batchSize: 2_000,
    maxRecords: 1_000,
    maxNumbers: 10_000,
    timeZone: 'UTC',
  });
  const reader = new CsvReader(sorter, maxLineBytes);
  for (let at = 0, piece = 0; at < bytes.length; piece++) {
    const size = sizes[piece % sizes.length] ?? 1;
    await reader.write(bytes.subarray(at, at + size));
    at += size;
  }
  await reader.end();
  const records: unknown[] = [];
  for (const { payload, lines } of sorter.batches(true)) {
    for (const [place, text] of payload.toString().split('\n').entries()) {
      records[(lines[place] ?? 0) - 1] = JSON.parse(text);
    }
  }
  for (const { line, fault, source } of sorter.rejected(true)) {
    records[line - 1] = [fault.code, fault.place, Buffer.from(source, 'base64').toString('latin1')];
  }
  return { header: reader.header, records };
}

const recordsOf = async (...args: Parameters<typeof read>) => (await read(...args)).records;

const one = (calledNo: string, members = {}): object => ({ ...members, called: [{ calledNo }] });

async function problemOf(...args: Parameters<typeof read>): Promise<unknown> {
  try {
    await read(...args);
  } catch (error) {
    if (error instanceof ProblemError) return error.fault;
    throw error;
  }
  throw new Error('it was read');
}

describe('rows', () => {
  test.each<[what: string, body: string, records: unknown[]]>([
    ['ended by LF', 'calledNo\n1\n2\n', [one('1'), one('2')]],
    ['ended by CRLF', 'calledNo\r\n1\r\n2\r\n', [one('1'), one('2')]],
    ['ended by CR', 'calledNo\r1\r2\r', [one('1'), one('2')]],
    ['ended each in its own way', 'calledNo\r\n1\n2\r3', [one('1'), one('2'), one('3')]],
    ['behind a byte order mark', '\uFEFFcalledNo\n1\n', [one('1')]],
    ['behind one, with quotes', '\uFEFF"calledNo","x"\n"1","2"\n', [one('1', { x: '2' })]],
    ['between blank lines', '\n\r\n  \ncalledNo\n\n1\r\n\r\n \t\n2\n\n', [one('1'), one('2')]],
    [
      'with line breaks, commas and quotes in quotes',
      'calledNo,x\r\n1,"a\r\nb\n\n,""c"""\r\n2,d\r\n',
      [one('1', { x: 'a\r\nb\n\n,"c"' }), one('2', { x: 'd' })],
    ],
    ['of other order', 'x,calledNo\n5,1\n,2\n', [one('1', { x: '5' }), one('2')]],
    ['of quotes with nothing in them', 'calledNo\n""\n', [['02000001', 'called', '""']]],
    ['of empty fields', 'calledNo,x\n,\n', [['02000001', 'called', ',']]],
    ['with blanks around a field', 'calledNo\n 1\n', [['02000002', 'called[0].calledNo', ' 1']]],
    ['with more fields', 'calledNo\n1,2\n3,\n', [['02000008', 'field 2', '1,2'], one('3')]],
    ['twice', 'calledNo\n1\n1\n', [one('1'), ['0200018', 'called[0].calledNo', '1']]],
    [
      'that are wrong, byte for byte',
      'calledNo,x\r\nn,"a\r\n""b"""\r\n',
      [['02000002', 'called[0].calledNo', 'n,"a\r\n""b"""']],
    ],
  ])('%s', async (_what, body, records) => {
    expect(await recordsOf(body)).toEqual(records);
    expect(await recordsOf(body, [1])).toEqual(records);
  });

  test('that are not UTF-8 are one invalid record each', async () => {
    const body = Buffer.from('calledNo,x\n1,\xe4\n2,"\xff\n"\n3,\xc3\xa4\n', 'latin1');
    expect(await recordsOf(body)).toEqual([
      ['02000008', undefined, '1,\xe4'],
      ['02000008', undefined, '2,"\xff\n"'],
      one('3', { x: 'ä' }),
    ]);
  });

  test('have more numbers than are allowed: that is their own fault', async () => {
    const header = Array.from({ length: 11 }, (_, index) => `calledNo${index + 1}`)
      .join()
      .replace('1', '');
    const numbers = Array.from({ length: 11 }, (_, index) => String(index));
    expect(await recordsOf(`${header}\n${numbers.join()}\n7\n`)).toEqual([
      ['02000011', 'called', numbers.join()],
      one('7'),
    ]);
  });
});

test.each([
  ['as it is', 'sessionId, calledNo\n'],
  ['with CRLF', 'sessionId, calledNo\r\n'],
  ['with a byte order mark and quotes', '\uFEFF"session\nId",calledNo\n'],
])('the header is kept %s', async (_what, header) => {
  expect((await read(`${header}s,1\n`, [3])).header).toBe(header);
});

describe('what is no CSV', () => {
  const UTF_16 = Buffer.from('\uFEFFcalledNo\n1\n', 'utf16le');

  test.each<[what: string, body: string | Buffer, place: string, reason: string]>([
    ['a PDF', '%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n', 'line 1', 'csvNoNumber'],
    ['no header', '13800000001,s1\n', 'line 1', 'csvNoNumber'],
    ['semicolons', '\n\nsessionId;calledNo\n', 'line 3', 'csvNoNumber'],
    ['a column twice', '\ncalledNo,type,type\n', 'line 2, column 3', 'csvDoubledColumn'],
    ['a header in UTF-16', UTF_16, 'line 1', 'csvHeaderText'],
    ['a NUL in the header', 'calledNo,a\0b\n', 'line 1', 'csvHeaderText'],
    ['a header in Latin-1', Buffer.from('calledNo,\xe4\n', 'latin1'), 'line 1', 'csvHeaderText'],
    ['an open quote', 'calledNo,x\n1,"a\r\nb"\n2,"\n3,b\n', 'line 4', 'csvQuoteOpen'],
    ['an open quote in the header', 'calledNo,"x\n1,2\n', 'line 1', 'csvQuoteOpen'],
    ['text behind a quote', 'calledNo,x\n\n1,"a"b\n', 'line 3', 'csvQuoteStray'],
    ['a quote in a field without', 'calledNo,x\n1,5" pipe\n', 'line 2', 'csvQuoteStray'],
  ])('%s', async (_what, body, place, reason) => {
    const problem = { problem: 'BROKEN_CONTAINER', place, params: { reason } };
    expect(await problemOf(body)).toEqual(problem);
    expect(await problemOf(body, [1])).toEqual(problem);
  });

  test.each(['\n', '\r\n', '\r', '\r\n\r'])(
    'the line is counted where lines end by %j, however the body is cut',
    async (end) => {
      const endsOfLines = end.replaceAll('\r\n', '\n').length;
      for (const size of [1, 2, 3, 5, 30]) {
        const body = `calledNo,x${end}1,"a${end}b"${end}${end}2,5" pipe${end}`;
        const { place } = (await problemOf(body, [size])) as { place: string };
        expect([size, place]).toEqual([size, `line ${1 + 4 * endsOfLines}`]);
      }
    },
  );

  test('2,000 columns', async () => {
    const header = `calledNo${',x'.repeat(1_999)}\n1\n`;
    expect(await problemOf(header, [65_536], 65_536)).toEqual({
      problem: 'BROKEN_CONTAINER',
      place: 'line 1',
      params: { maxColumns: 1_000 },
    });
  });
});

describe('the length of a row', () => {
  const tooLong = (place: string): unknown => ({
    problem: 'TOO_LARGE',
    place,
    params: { maxRowBytes: 20 },
  });

  test.each(['\n', '\r\n', '\r', ''])('that ends by %j', async (end) => {
    const exact = `1,"${'ü'.repeat(8)}"`;
    for (const size of [1, 3, 30]) {
      const most = await recordsOf(`\uFEFFcalledNo,x\n\n${exact}${end}`, [size], 20);
      expect(most).toEqual([one('1', { x: 'ü'.repeat(8) })]);
      const more = problemOf(`\uFEFFcalledNo,x\n\n${exact.replace('1', '12')}${end}`, [size], 20);
      expect(await more).toEqual(tooLong('line 3'));
    }
  });

  test('of nothing but commas, of a quote never closed, of a header', async () => {
    expect(await problemOf(`calledNo\n1\n${','.repeat(50)}`, [10], 20)).toEqual(tooLong('line 3'));
    expect(await problemOf(`calledNo\n1\n"${'\n'.repeat(50)}`, [10], 20)).toEqual(
      tooLong('line 3'),
    );
    expect(await problemOf(`calledNo,${'x'.repeat(50)}`, [10], 20)).toEqual(tooLong('line 1'));
  });

  test('does not count the blank lines before it', async () => {
    const body = `calledNo\n${'\n'.repeat(500)}1\n`;
    expect(await recordsOf(body, [7], 20)).toEqual([one('1')]);
  });
});

test('a body is read the same wherever its bytes are parted', async () => {
  const piece = fc.constantFrom(
    ...[
      '1',
      '2',
      '"',
      '""',
      ',',
      '\n',
      '\r\n',
      '\r',
      ' ',
      'ä',
      '\0',
      'x',
      '"a""b"',
      '\uFEFF',
      '"\n"',
    ],
  );
  const body = fc.array(piece, { maxLength: 40 }).map((list) => list.join(''));
  const outcome = (...args: Parameters<typeof read>): Promise<unknown> =>
    read(...args).catch((error: unknown) => {
      if (error instanceof ProblemError) return error.fault;
      throw error;
    });
  await fc.assert(
    fc.asyncProperty(
      fc.tuple(fc.constantFrom('', '\uFEFF', '\r\n'), fc.constantFrom('\n', '\r\n'), body),
      fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
      async ([before, end, rows], sizes) => {
        const text = `${before}calledNo,x,y${end}${rows}`;
        expect(await outcome(text, sizes)).toEqual(await outcome(text));
      },
    ),
    { numRuns: 500 },
  );
});
