import { describe as group, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import type { Fault } from './fault.ts';
import { describe } from './fault.ts';
import type { Locale, Texts } from './locale.ts';
import { LOCALES } from './locale.ts';
import type { ProblemEntry, ProblemFault, ProblemKind } from './problems.ts';
import { PROBLEMS, toProblem } from './problems.ts';
import type { Code, CodeEntry } from './registry.ts';
import { CODE, codeEntry, REGISTRY } from './registry.ts';
import type { Wording } from './terms.ts';
import { TERMS } from './terms.ts';

/** The codes of the interface's Table 9, and the statuses that problems have. */
const STATUSES: Record<Code, number> = {
  '0200000': 200,
  '0200001': 400,
  '0200006': 503,
  '0200007': 404,
  '0200018': 422,
  '0200019': 409,
  '0200020': 409,
  '0200022': 429,
  '0200024': 422,
  '0200029': 400,
  '0200030': 400,
  '02000001': 400,
  '02000002': 400,
  '02000003': 400,
  '02000004': 400,
  '02000005': 400,
  '02000006': 400,
  '02000007': 400,
  '02000008': 400,
  '02000009': 400,
  '02000010': 400,
  '02000011': 400,
};

/** The faults that the docs put into words. */
const EXAMPLES: Record<Code, Omit<Fault, 'code'>> = {
  '0200000': {},
  '0200001': { place: 'expiresAt', params: { expected: 'rfc3339' } },
  '0200006': {},
  '0200007': {},
  '0200018': { place: 'callDataList[1].called[0].calledNo' },
  '0200019': { params: { state: 'expired' } },
  '0200020': { params: { max: 200000 } },
  '0200022': { params: { intervalMs: 1000 } },
  '0200024': { place: 'callDataList[0].called[1].calledNo' },
  '0200029': { place: 'callDataList', params: { max: 20 } },
  '0200030': { place: 'callDataList[0].recycleTime' },
  '02000001': { place: 'callDataList[0].called' },
  '02000002': {
    place: 'callDataList[0].called[0].calledNo',
    params: { allowed: 'phoneCharacters' },
  },
  '02000003': { place: 'callDataList[3].called[0].calledNo', params: { max: 24 } },
  '02000004': { place: 'callDataList[0].called[0].calledNo', params: { min: 5 } },
  '02000005': { place: 'Idempotency-Key', params: { min: 1, max: 255 } },
  '02000006': { place: 'callDataList[0].priority', params: { expected: 'string' } },
  '02000007': { place: 'callDataList[0].priority', params: { min: 1, max: 5 } },
  '02000008': { place: 'callDataList[0].callData', params: { expected: 'json' } },
  '02000009': { place: 'callDataList[0].called[0].type', params: { reason: 'typeRequired' } },
  '02000010': { place: 'callDataList[0].recycleTime' },
  '02000011': { place: 'callDataList[0].called', params: { max: 10 } },
};

const PROBLEM_EXAMPLES: Partial<Record<ProblemKind, Omit<ProblemFault, 'problem'>>> = {
  BAD_PARAMETER: { place: 'limit', params: { min: 1, max: 1000 } },
  BROKEN_CONTAINER: { params: { expected: 'gzip' } },
  GONE: { place: 'receipts' },
  REQUEST_TIMEOUT: { params: { minBytesPerSecond: 1024 } },
  STATE_CONFLICT: { params: { state: 'completed' } },
  TOO_LARGE: { params: { maxRecords: 1000000 } },
  UNSUPPORTED_MEDIA_TYPE: { params: { allowed: 'application/json' } },
};

const entries: [string, CodeEntry][] = Object.entries(REGISTRY);

test('every code of the table is there once, with the status that its problem has', () => {
  expect(entries.map(([, entry]) => [entry.code, entry.status])).toEqual(Object.entries(STATUSES));
});

test.each(entries)('%s is to be had by its name and by its code', (key, entry) => {
  expect(CODE).toHaveProperty(key, entry.code);
  expect(codeEntry(entry.code as Code)).toBe(entry);
});

group('texts', () => {
  const problems: [string, ProblemEntry][] = Object.entries(PROBLEMS);

  test.each<[string, Wording]>([...entries, ...problems])('%s has both languages', (_, wording) => {
    for (const texts of [wording.text, ...(wording.details ?? [])]) expectBoth(texts);
    expect(placeholders(wording.text.en_US)).toEqual([]);
    for (const detail of wording.details ?? []) expect(placeholders(detail.en_US)).not.toEqual([]);
  });

  test.each(problems)('the title of %s has both languages', (_, { title }) => {
    expectBoth(title);
  });

  test.each(Object.entries(TERMS))('the term %s has both languages', (_, texts) => {
    expectBoth(texts);
  });

  // Success reads the same in every language, and so does 401: see the registries.
  const alike = ['create data succeeded', 'valid credentials are needed', '{reason}'];

  test.each<[string, Wording]>([...entries, ...problems])('%s is translated', (_, wording) => {
    for (const texts of [wording.text, ...(wording.details ?? [])]) {
      expect(texts.zh_CN === texts.en_US).toBe(alike.includes(texts.en_US));
    }
  });
});

group('docs/errors.md', () => {
  const docs = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
  const [codeTable = [], problemTable = []] = tablesOf(docs);

  test('has the codes of the registry and no others', () => {
    const expected = entries.map(([key, { code, status }]) => {
      const fault = { code: code as Code, ...EXAMPLES[code as Code] };
      return [`\`${code}\``, `\`${key}\``, String(status), ...inBoth((l) => describe(fault, l))];
    });
    expect(
      codeTable.map(([code, key, status, , ...texts]) => [code, key, status, ...texts]),
    ).toEqual(expected);
  });

  test('has the kinds of problems of the registry and no others', () => {
    const expected = (Object.keys(PROBLEMS) as ProblemKind[]).map((problem) => {
      const inLocale = (l: Locale) => toProblem({ problem, ...PROBLEM_EXAMPLES[problem] }, l);
      const { type, status } = inLocale('en_US');
      return [
        `\`${type}\``,
        String(status),
        ...inBoth((l) => inLocale(l).title),
        ...inBoth((l) => inLocale(l).detail),
      ];
    });
    expect(problemTable.map(([type, status, , ...texts]) => [type, status, ...texts])).toEqual(
      expected,
    );
  });

  test('says what brings each about: a sentence, and of each another one', () => {
    const sentences = [...codeTable.map((row) => row[3]), ...problemTable.map((row) => row[2])];
    for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z`].*( .*){2}\.$/);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

function inBoth(text: (locale: Locale) => string): string[] {
  return (['en_US', 'zh_CN'] as const).map(text);
}

function expectBoth(texts: Texts): void {
  expect(Object.keys(texts).sort()).toEqual([...LOCALES].sort());
  for (const locale of LOCALES) expect(texts[locale]).toMatch(/\S/);
  expect(placeholders(texts.zh_CN)).toEqual(placeholders(texts.en_US));
}

function placeholders(text: string): string[] {
  return Array.from(text.matchAll(/\{\w+\}/g), ([name]) => name).sort();
}

/** The tables of a Markdown text: rows of cells, without their heads. */
function tablesOf(markdown: string): string[][][] {
  return Array.from(markdown.matchAll(/(?:^\|.*\|\n)+/gm), ([table]) =>
    table
      .trimEnd()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      ),
  );
}
