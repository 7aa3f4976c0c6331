import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import type { Receipt } from '#ingestion';
import { WRITERS } from './receipt-writers.ts';

const receipt = (sessionId: string | null): Receipt => ({
  line: 1,
  sessionId,
  called: null,
  outcome: 'invalid',
  dataId: null,
  code: '02000003',
  detail: null,
});

async function written(...sessionIds: readonly string[]): Promise<string> {
  async function* pages(): AsyncGenerator<Receipt[]> {
    yield await Promise.resolve(sessionIds.map(receipt));
  }
  let text = '';
  for await (const piece of WRITERS['text/csv'](pages())) text += piece;
  return text;
}

describe('in CSV', () => {
  test.each([
    ['=1', "'=1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@A1', "'@A1"],
    ['＝1', "'＝1"],
    [' =1', " '=1"],
    ['"=1"', '"""\'=1"""'],
    ['\t1', '"\'\t1"'],
    ['\r1', '"\'\r1"'],
    ['\n1', '"\'\n1"'],
    ['\n=1', '"\'\n\'=1"'],
    ['a;=1', '"a;\'=1"'],
    ['a\t+1', '"a\t\'+1"'],
    ['a\n-1', '"a\n\'-1"'],
    ['a; "@A1"', '"a; ""\'@A1"""'],
    ['a=1', 'a=1'],
    ['a,-1', '"a,-1"'],
    ['a;b', '"a;b"'],
    ["'=1", "'=1"],
  ])('%j is %s', async (text, cell) => {
    const [, row] = (await written(text)).split(
      'line,sessionId,called,outcome,dataId,code,detail\r\n',
    );
    expect(row).toBe(`1,${cell},,invalid,,02000003,\r\n`);
  });

  test('nothing is a formula, by whatever the columns are parted', async () => {
    const text = fc.string({
      unit: fc.constantFrom(
        '=',
        '+',
        '-',
        '@',
        '＠',
        ';',
        ',',
        '"',
        "'",
        '\t',
        '\r',
        '\n',
        ' ',
        'a',
      ),
      maxLength: 12,
    });
    const isFormula = (cell: string): boolean => /^[\s"]*[=+\-@＝＋－＠]|^[\t\r\n]/u.test(cell);
    await fc.assert(
      fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 3 }), async (texts) => {
        const csv = await written(...texts);
        const rows: string[][] = parse(csv, { from_line: 2, record_delimiter: '\r\n' });
        expect(rows.flat().filter(isFormula)).toEqual([]);
        // What is put in front is all that changes.
        const bare = (cell: string | undefined): string | undefined => cell?.replaceAll("'", '');
        expect(rows.map(([, cell]) => bare(cell))).toEqual(texts.map(bare));
        // As if quotes meant nothing.
        expect(
          csv.split(/[;\t\r\n]/).filter((cell) => /^[\s"]*[=+\-@＝＋－＠]/u.test(cell)),
        ).toEqual([]);
      }),
    );
  });
});
