import type { AdmissionMode } from '#domain';
import type { CampaignState } from '#wire';
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
  /** The synchronous call that the next slot is kept for, unless it was withdrawn meanwhile (see isWaiting). */
  readonly reservedFor: string | null;
  /** How long the caller of that call still waits; zero where there is none. */
  readonly reservedMs: number;
}

/** Until the next slot of the campaign `c`, in ms, by the database's clock. */
export const MS_UNTIL_SLOT = `
  coalesce(
    extract(epoch FROM
      c.last_admission_at + c.admission_interval_ms * interval '1 millisecond' - clock_timestamp()
    ) * 1000,
    0
  )::float8`;

/**
 * Locks the campaign that a condition names, and selects what a LockedCampaign has: nothing but columns of its row. After a
 * wait for the lock Postgres reads the row anew, and that row alone: of other tables the statement would go on to see what
 * there was before the wait.
 *
 * NO KEY: an upload that is begun meanwhile looks its campaign up by foreign key, and need not wait for the admission.
 */
export const lockCampaignSql = (condition: string): string => `
  SELECT c.state,
         c.incomplete,
         c.max_incomplete AS "maxIncomplete",
         c.admission_interval_ms AS "intervalMs",
         c.last_admission_mode AS "lastMode",
         ${MS_UNTIL_SLOT} AS "msUntilSlot",
         CASE WHEN c.reserved_until > clock_timestamp() THEN c.reserved_for END AS "reservedFor",
         greatest(extract(epoch FROM c.reserved_until - clock_timestamp()) * 1000, 0)::float8 AS "reservedMs"
    FROM campaigns c
   WHERE ${condition}
     FOR NO KEY UPDATE OF c`;

const statement = new Statement<LockedCampaign>(
  'lock_campaign',
  lockCampaignSql('c.vdn_id = $1 AND c.id = $2'),
);

/**
 * Locks the campaign until the end of the transaction. Every admission decides under this lock: two at once stand in
 * line here, and the second sees what the first has done. Where the first has changed nothing, the clock was read before the
 * wait: then the slot looks further away than it is, never nearer.
 */
export function lockCampaign(
  tx: Transaction,
  vdnId: number,
  campaignId: number,
): Promise<LockedCampaign | undefined> {
  return statement.row(tx, [vdnId, campaignId]);
}
