import type { Queryable } from '../database.ts';
import { Statement } from './statement.ts';

/** A record with a blocked number: its place in the batch, and which of its numbers, both from 0. */
export type BlockedPlace = readonly [place: number, numberIndex: number];

export interface UndecidedBatch {
  readonly id: bigint;
  readonly size: number;
  readonly decided: number;
  /** Ascending by place; for each record its first blocked number. */
  readonly blocked: readonly BlockedPlace[];
}

// One look-up in the blocklist's primary key for every number, whatever its size: the LIMIT leaves the planner nothing else.
// As a plain join it was planned once, while the blocklist was empty, to read all of the VDN's numbers for each number; after
// an import, and until the next ANALYZE, one batch then took 88 s. The numbers of a record stand together, so a number's
// index within its record is its distance from the first one of that place.
const statement = new Statement<UndecidedBatch>(
  'read_batches',
  `SELECT b.id, b.size, b.decided, coalesce(blocked.list, '[]'::json) AS blocked
     FROM batches b
    CROSS JOIN LATERAL (
      SELECT json_agg(json_build_array(place, index) ORDER BY place) AS list
        FROM (
          SELECT DISTINCT ON (n.place)
                 n.place,
                 n.ordinality - array_position(b.number_places, n.place) AS index
            FROM unnest(b.numbers, b.number_places) WITH ORDINALITY AS n(number, place, ordinality)
           CROSS JOIN LATERAL (
             SELECT FROM blocklist l
              WHERE l.vdn_id = $3 AND l.number = n.number COLLATE "C"
                AND (l.expires_at IS NULL OR l.expires_at > clock_timestamp())
              LIMIT 1
           ) AS l
           WHERE n.place >= b.decided
           ORDER BY n.place, n.ordinality
        ) AS first_blocked
    ) AS blocked
    WHERE b.upload_id = $1 AND b.number BETWEEN $2 AND $4
    ORDER BY b.number`,
);

/**
 * The batches of an upload from the number `first` to `last`, in order, and which of their undecided records are blocked
 * right now. Whoever goes by it holds the locks of the upload and of its campaign, or is still receiving the upload.
 */
export function readBatches(
  on: Queryable,
  uploadId: string,
  vdnId: number,
  first: number,
  last: number,
): Promise<UndecidedBatch[]> {
  return statement.rows(on, [uploadId, first, vdnId, last]);
}

/** The same of one batch; a synchronous call has one. */
export async function readBatch(
  on: Queryable,
  uploadId: string,
  number: number,
  vdnId: number,
): Promise<UndecidedBatch | undefined> {
  return (await readBatches(on, uploadId, vdnId, number, number))[0];
}
