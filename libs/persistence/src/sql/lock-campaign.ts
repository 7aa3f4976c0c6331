import type { AdmissionMode, CampaignState } from '#domain';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

export interface LockedCampaign {
  readonly state: CampaignState;
  readonly incomplete: number;
  readonly maxIncomplete: number;
  readonly intervalMs: number;
  readonly lastMode: AdmissionMode | null;
  /** Until the next slot, by the database's clock; zero or less: it is open. */
  readonly msUntilSlot: number;
  /** The synchronous call that holds the next slot, while its reservation holds and its caller waits. */
  readonly reservedFor: string | null;
}

/**
 * Locks the campaign that a condition names, and selects what a LockedCampaign has.
 *
 * NO KEY: an upload that is begun meanwhile looks its campaign up by foreign key, and need not wait for the admission.
 */
export const lockCampaignSql = (condition: string): string => `
  SELECT c.state,
         c.incomplete,
         c.max_incomplete AS "maxIncomplete",
         c.admission_interval_ms AS "intervalMs",
         c.last_admission_mode AS "lastMode",
         coalesce(
           extract(epoch FROM
             c.last_admission_at + c.admission_interval_ms * interval '1 millisecond' - clock_timestamp()
           ) * 1000,
           0
         )::float8 AS "msUntilSlot",
         CASE WHEN c.reserved_until > clock_timestamp() THEN (
           SELECT u.id
             FROM uploads u
            WHERE u.id = c.reserved_for AND u.state = 'receiving' AND u.receiving_until > clock_timestamp()
         ) END AS "reservedFor"
    FROM campaigns c
   WHERE ${condition}
     FOR NO KEY UPDATE OF c`;

const statement = new Statement<LockedCampaign>(
  'lock_campaign',
  lockCampaignSql('c.vdn_id = $1 AND c.id = $2'),
);

/**
 * Locks the campaign until the end of the transaction. Every admission decides under this lock: two at once stand in
 * line here, and the second sees what the first has done. The clock may have been read before a wait for the lock:
 * then the slot looks further away than it is, never nearer.
 */
export function lockCampaign(
  tx: Transaction,
  vdnId: number,
  campaignId: number,
): Promise<LockedCampaign | undefined> {
  return statement.row(tx, [vdnId, campaignId]);
}
