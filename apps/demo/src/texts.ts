import type { CallEnvelope, Receipt, UploadCounts } from '#client';
import type { SampleRecord } from './sample/record.ts';

/** `20000` as `20,000`, whatever the machine's language. */
export const thousands = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

/** The numbers of a finished upload, a line each. */
export function summary(counts: UploadCounts): string[] {
  const width = thousands(counts.received).length;
  const meanings: readonly [keyof UploadCounts, string][] = [
    ['received', 'records in the file'],
    ['accepted', 'admitted to the campaign, each with its data ID'],
    ['invalid', 'break a rule'],
    ['duplicate', 'repeat a number under the same session'],
    ['blocklisted', 'hold a blocked number'],
    ['refused', 'not taken by the campaign'],
    ['dropped', 'cancelled'],
    ['pending', 'not decided'],
  ];
  return meanings.map(
    ([name, meaning]) =>
      `${name.padEnd(11)} ${thousands(counts[name]).padStart(width)}  ${meaning}`,
  );
}

const FIRST_RECEIPTS = 5;

/** The first receipts, as they were answered. */
export const firstReceipts = (receipts: readonly Receipt[]): string[] =>
  receipts.slice(0, FIRST_RECEIPTS).map((receipt) => JSON.stringify(receipt));

/** How each kind of rejected record reads: for every code and detail how many there are, and the first one. */
export function rejections(receipts: readonly Receipt[]): string[] {
  const kinds = new Map<string, { first: Receipt; count: number }>();
  for (const receipt of receipts) {
    if (receipt.code === null) continue;
    const key = `${receipt.code} ${receipt.outcome} ${receipt.detail ?? ''}`;
    const kind = kinds.get(key) ?? { first: receipt, count: 0 };
    kind.count++;
    kinds.set(key, kind);
  }
  const sorted = [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, kind]) => kind);
  const width = Math.max(...sorted.map(({ first }) => String(first.line).length));
  return sorted.flatMap(({ first, count }) => [
    `${(first.code ?? '').padEnd(8)}  ${String(count).padStart(3)} x  line ${String(first.line).padStart(width)}` +
      `  ${(first.called ?? '-').padEnd(17)} ${first.detail ?? ''}`,
  ]);
}

/** What the synchronous call sent, and what it was answered, as they went over the wire. */
export const callLines = (records: readonly SampleRecord[], answer: CallEnvelope): string[] => [
  ...records.map((record) => `> ${JSON.stringify(record)}`),
  `< ${JSON.stringify(answer)}`,
];
