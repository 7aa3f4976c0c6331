import type { Fault } from '#errors';
import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface BlockedStaged {
  readonly batchId: bigint;
  readonly place: number;
  readonly fault: Fault;
}

const statement = new Statement<{ line: number }>(
  'reject_blocked',
  `WITH blocked AS (
     SELECT * FROM unnest($1::bigint[], $2::int[], $3::text[]) AS b(batch_id, place, fault)
   )
   INSERT INTO rejected_records (upload_id, line, outcome, fault, source)
   SELECT b.upload_id, item.line, 'blocklisted', blocked.fault::jsonb, convert_to(item.source, 'UTF8')
     FROM batches b
    CROSS JOIN LATERAL unnest(string_to_array(b.payload, E'\\n'), b.lines)
      WITH ORDINALITY AS item(source, line, ordinality)
     JOIN blocked ON blocked.batch_id = b.id AND blocked.place = item.ordinality - 1
    WHERE b.id IN (SELECT batch_id FROM blocked)
   RETURNING line`,
);

/**
 * Puts down which staged records are blocked, of an upload that is still being received; answers with their lines, in no
 * order. They stay in their batches as well: the rejection is what counts.
 */
export async function rejectBlocked(
  on: Queryable,
  blocked: readonly BlockedStaged[],
): Promise<number[]> {
  const rows = await statement.rows(on, [
    blocked.map(({ batchId }) => batchId),
    blocked.map(({ place }) => place),
    blocked.map(({ fault }) => JSON.stringify(fault)),
  ]);
  return rows.map(({ line }) => line);
}
