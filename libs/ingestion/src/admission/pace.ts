import type { Pace } from '#domain';
import type { LockedCampaign, Transaction } from '#persistence';
import { isWaiting } from '#persistence';

/**
 * The pace of a campaign whose lock is held. Its row may still keep the slot for a call that was withdrawn; whether that call
 * waits is asked under the lock, for who waited for the lock with his look begun would not see a call put down meanwhile.
 *
 * @param callId the call that asks, which does wait
 */
export async function paceOf(
  tx: Transaction,
  campaign: LockedCampaign,
  callId?: string,
): Promise<Pace> {
  const { reservedFor } = campaign;
  if (reservedFor === null || reservedFor === callId) return campaign;
  return (await isWaiting(tx, reservedFor)) ? campaign : { ...campaign, reservedFor: null };
}
