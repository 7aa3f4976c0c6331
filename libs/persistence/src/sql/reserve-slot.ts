import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'reserve_slot',
  `UPDATE campaigns c
      SET reserved_for = u.id, reserved_until = u.receiving_until
     FROM uploads u
    WHERE c.vdn_id = $1 AND c.id = $2 AND u.id = $3`,
);

/**
 * Gives the campaign's next slot to a synchronous call, for as long as its caller waits. The campaign's lock must be held.
 * A reservation counts for as long as its call is there undecided (see isWaiting): a withdrawal gives it back by itself.
 */
export async function reserveSlot(
  tx: Transaction,
  vdnId: number,
  campaignId: number,
  callId: string,
): Promise<void> {
  await statement.count(tx, [vdnId, campaignId, callId]);
}
