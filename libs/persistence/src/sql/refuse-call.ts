import type { Fault } from '#errors';
import type { Transaction } from '../database.ts';
import { Statement } from './statement.ts';

const statement = new Statement(
  'refuse_call',
  `WITH call AS (
     UPDATE uploads SET fault = $2::jsonb WHERE id = $1 RETURNING id, vdn_id, campaign_id
   )
   UPDATE campaigns c
      SET reserved_for = NULL, reserved_until = NULL
     FROM call
    WHERE c.vdn_id = call.vdn_id AND c.id = call.campaign_id AND c.reserved_for = call.id`,
);

/**
 * Puts down why a synchronous call is refused, for its API process to collect, and gives back the slot it held. The locks
 * of the call and its campaign must be held.
 */
export async function refuseCall(tx: Transaction, callId: string, fault: Fault): Promise<void> {
  await statement.count(tx, [callId, JSON.stringify(fault)]);
}
