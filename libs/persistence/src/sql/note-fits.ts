import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

export interface Fitting {
  readonly batchId: bigint;
  /** The records before this place would be decided, those from it on find no room. */
  readonly wouldFit: number;
}

const statement = new Statement(
  'note_fits',
  `UPDATE batches b
      SET would_fit = f.would_fit
     FROM unnest($1::bigint[], $2::int[]) AS f(id, would_fit)
    WHERE b.id = f.id`,
);

/** Notes how far the batches of a dry run would find room. */
export async function noteFits(on: Queryable, fits: readonly Fitting[]): Promise<void> {
  await statement.count(on, [
    fits.map(({ batchId }) => batchId),
    fits.map(({ wouldFit }) => wouldFit),
  ]);
}
