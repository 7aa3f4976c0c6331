import type { LeasedRecord } from '#persistence';
import { withMembers } from './record-text.ts';

/** Characters that are made at a time; leases of short records are one piece. */
const PIECE = 256 * 1024;

/** The answer to a lease, in pieces: 2,000 records may be of 1 MiB each, and be more than one string can hold. */
export function* leaseText(leased: readonly LeasedRecord[]): Generator<string> {
  let piece = '{"items":[';
  for (const [index, { id, source, leasedUntil }] of leased.entries()) {
    const members = { dataId: id.toString(), leasedUntil: leasedUntil.toISOString() };
    piece += `${index === 0 ? '' : ','}${withMembers(source, members)}`;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}]}`;
}
