import type { CallEnvelope, Receipt } from '#client';
import type { SampleRecord } from './sample/record.ts';

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
