import { Database } from '#persistence';
import type { CampaignPlace } from '#client';

/** An admitted record as the database has it. */
export interface StoredRecord {
  readonly dataId: string;
  readonly line: number;
  readonly source: string;
}

/** A record that was not admitted. */
export interface StoredRejection {
  readonly line: number;
  readonly outcome: string;
  readonly code: string;
  readonly source: Buffer;
}

/** What the database says, read with SQL and without the service's own code. */
export interface Evidence {
  /** The upload's, in the order of their data IDs. */
  readonly records: readonly StoredRecord[];
  readonly rejections: readonly StoredRejection[];
  readonly incomplete: number;
  /** Records of the campaign that wait to be called. */
  readonly waiting: number;
  readonly blocked: number;
  /** Numbers of admitted records that are on the blocklist. */
  readonly blockedAdmitted: number;
  /** Pairs of session and number that were admitted more than once by the upload. */
  readonly repeatedAdmitted: number;
  /** Admissions to the campaign, by their times from the first to the last, and the intervals between them in ms. */
  readonly admissions: number;
  readonly gapsMs: readonly number[];
  readonly admissionIntervalMs: number;
  /** The synchronous call's: data ID and first number, in the order of the IDs. */
  readonly called: readonly { readonly dataId: string; readonly called: string }[];
}

/** A batch's data IDs are the 2,048 from its own ID times 2,048 on: that is how a record is known as an upload's. */
const OF_UPLOAD = `FROM batches b
   JOIN records r ON r.id BETWEEN b.id * 2048 AND b.id * 2048 + 2047
  WHERE b.upload_id = $1`;

/** Reads on a connection of its own. `callIds` are the data IDs that the synchronous call was answered with. */
export async function collect(
  url: string,
  { vdnId, campaignId }: CampaignPlace,
  uploadId: string,
  callIds: readonly string[],
): Promise<Evidence> {
  const database = new Database({
    url,
    poolSize: 1,
    applicationName: 'dialgate demo',
    onIdleError: () => undefined,
  });
  const rows = async <T>(sql: string, values: unknown[]): Promise<T[]> =>
    (await database.pool.query(sql, values)).rows as T[];
  const one = async <T>(sql: string, values: unknown[]): Promise<T> => {
    const [row] = await rows<T>(sql, values);
    if (row === undefined)
      throw new Error(`The database has nothing where there must be a row: ${sql}`);
    return row;
  };
  const campaign = [vdnId, campaignId];
  try {
    return {
      records: await rows<StoredRecord>(
        `SELECT r.id::text AS "dataId", r.line, r.source ${OF_UPLOAD} ORDER BY r.id`,
        [uploadId],
      ),
      rejections: await rows<StoredRejection>(
        `SELECT line, outcome::text, fault ->> 'code' AS code, source
           FROM rejected_records WHERE upload_id = $1 ORDER BY line`,
        [uploadId],
      ),
      ...(await one<Pick<Evidence, 'incomplete' | 'admissionIntervalMs' | 'waiting'>>(
        `SELECT incomplete, admission_interval_ms AS "admissionIntervalMs",
                (SELECT count(*)::int FROM records r
                  WHERE r.vdn_id = c.vdn_id AND r.campaign_id = c.id AND r.status = 'waiting') AS waiting
           FROM campaigns c WHERE vdn_id = $1 AND id = $2`,
        campaign,
      )),
      ...(await one<Pick<Evidence, 'blocked'>>(
        'SELECT count(*)::int AS blocked FROM blocklist WHERE vdn_id = $1',
        [vdnId],
      )),
      ...(await one<Pick<Evidence, 'blockedAdmitted'>>(
        `SELECT count(*)::int AS "blockedAdmitted"
           FROM records r, jsonb_array_elements(r.source::jsonb -> 'called') AS n
           JOIN blocklist l ON l.number = n ->> 'calledNo'
          WHERE r.vdn_id = $1 AND r.campaign_id = $2 AND l.vdn_id = $1`,
        campaign,
      )),
      ...(await one<Pick<Evidence, 'repeatedAdmitted'>>(
        `SELECT (count(*) - count(DISTINCT (session, number)))::int AS "repeatedAdmitted"
           FROM (SELECT coalesce(r.source::jsonb ->> 'sessionId', '') AS session,
                        jsonb_array_elements(r.source::jsonb -> 'called') ->> 'calledNo' AS number
                   ${OF_UPLOAD}) AS admitted`,
        [uploadId],
      )),
      ...(await one<Pick<Evidence, 'admissions' | 'gapsMs'>>(
        `SELECT count(*)::int AS admissions,
                coalesce(array_agg(gap ORDER BY admitted_at) FILTER (WHERE gap IS NOT NULL), '{}') AS "gapsMs"
           FROM (SELECT b.admitted_at,
                        (1000 * extract(epoch FROM b.admitted_at - lag(b.admitted_at) OVER (ORDER BY b.admitted_at)))::float8 AS gap
                   FROM batches b JOIN uploads u ON u.id = b.upload_id
                  WHERE u.vdn_id = $1 AND u.campaign_id = $2 AND b.admitted_at IS NOT NULL) AS admission`,
        campaign,
      )),
      called: await rows<Evidence['called'][number]>(
        `SELECT id::text AS "dataId", source::jsonb #>> '{called,0,calledNo}' AS called
           FROM records WHERE id = ANY ($1::bigint[]) ORDER BY id`,
        [callIds],
      ),
    };
  } finally {
    await database.close();
  }
}
