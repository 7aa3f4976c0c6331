import { isUtf8 } from 'node:buffer';
import { isFinished, parseJsonText } from '#domain';
import type { Fault, Locale } from '#errors';
import { describe } from '#errors';
import type { Database, ReceiptRow } from '#persistence';
import { readReceipts } from '#persistence';

/** What became of a record, as the interface's receipts tell it. */
export const OUTCOMES = [
  'accepted',
  'invalid',
  'duplicate',
  'blocklisted',
  'refused',
  'dropped',
  'pending',
] as const;

export type ReceiptOutcome = (typeof OUTCOMES)[number];

export interface Receipt {
  /** The record's number in the upload, from 1. */
  readonly line: number;
  readonly sessionId: string | null;
  /** The record's first number. */
  readonly called: string | null;
  readonly outcome: ReceiptOutcome;
  readonly dataId: string | null;
  readonly code: string | null;
  readonly detail: string | null;
}

/** Lines read at a time. */
const PAGE = 2_000;

export interface ReceiptRequest {
  readonly uploadId: string;
  /** Records of the upload. */
  readonly received: number;
  readonly locale: Locale;
  /** Only these outcomes. */
  readonly outcomes: ReadonlySet<ReceiptOutcome>;
}

/**
 * The receipts of an upload, in order, a page at a time: the next page is read when it is asked for, so whoever reads
 * slowly costs nothing but time. Each page is what was true at one moment.
 */
export async function* streamReceipts(
  database: Database,
  { uploadId, received, locale, outcomes }: ReceiptRequest,
): AsyncGenerator<Receipt[]> {
  for (let from = 1; from <= received; from += PAGE) {
    const rows = await readReceipts(database.pool, uploadId, from, from + PAGE - 1);
    yield rows.map((row) => receiptOf(row, locale)).filter(({ outcome }) => outcomes.has(outcome));
  }
}

function receiptOf(row: ReceiptRow, locale: Locale): Receipt {
  const { outcome, fault } = fateOf(row);
  return {
    line: row.line,
    ...readNames(row),
    outcome,
    dataId: row.dataId?.toString() ?? null,
    code: fault === null ? null : fault.code,
    detail: fault === null ? null : describe(fault, locale),
  };
}

/** Records that nobody will decide any more share the fate of their upload. */
function fateOf(row: ReceiptRow): { outcome: ReceiptOutcome; fault: Fault | null } {
  if (row.outcome !== 'undecided') return { outcome: row.outcome, fault: row.fault };
  if (!isFinished(row.uploadState)) return { outcome: 'pending', fault: null };
  if (row.uploadState === 'cancelled') return { outcome: 'dropped', fault: null };
  return { outcome: 'refused', fault: row.uploadError };
}

/** Session and first number as far as they can be made out: the record may be broken in any way. */
function readNames(row: ReceiptRow): { sessionId: string | null; called: string | null } {
  const text = row.text ?? textOf(row.bytes);
  const read = text === null ? undefined : parseJsonText(text);
  const record = read !== undefined && 'value' in read ? read.value : undefined;
  const { sessionId, called } = membersOf(record);
  const first = Array.isArray(called) ? membersOf(called[0]).calledNo : undefined;
  return { sessionId: stringOrNull(sessionId), called: stringOrNull(first) };
}

function textOf(bytes: Buffer | null): string | null {
  return bytes !== null && isUtf8(bytes) ? bytes.toString() : null;
}

function membersOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function stringOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
